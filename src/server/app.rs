//! What every handler shares.

use super::audit::views::Views;
use super::auth::passwords::Hasher;
use super::auth::sealing::Sealer;
use super::auth::sign_on::{self, provider::Providers};
use super::clock::Clock;
use super::config::Settings;
use super::forms::Forms;
use super::papers::Press;
use super::papers::blank::Blanks;
use super::store::Db;
use crate::domain::calendar::BankHolidays;
use crate::domain::sign_off::checklist::Checklist;
use crate::domain::timeline::typed::Kinds;
use axum::extract::FromRef;
use leptos::config::LeptosOptions;
use std::ops::Deref;
use std::sync::Arc;

/// The running product. Every layer of every request has its own: cloning it counts one more reader.
#[derive(Debug, Clone)]
pub struct App(Arc<Parts>);

impl Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// What the product is made of.
#[derive(Debug, Clone)]
pub struct Parts {
    /// The database.
    pub db: Db,
    /// Writes the audit rows of views.
    pub views: Views,
    /// What time it is.
    pub clock: Clock,
    /// Forms by id and version.
    pub forms: Arc<Forms>,
    /// What can be entered in the supervision record, notifiable events among it.
    pub kinds: Arc<Kinds>,
    /// The line manager's checklist.
    pub checklist: Arc<Checklist>,
    /// Bank holidays of England and Wales.
    pub holidays: Arc<BankHolidays>,
    /// What the operator set.
    pub settings: Arc<Settings>,
    /// Hashes and checks passwords, a few at a time.
    pub hasher: Hasher,
    /// Seals secrets that are stored.
    pub sealer: Sealer,
    /// Identity providers that were asked lately.
    pub providers: Providers,
    /// Sets papers, a few at a time.
    pub press: Press,
    /// Blank forms that were set.
    pub blanks: Blanks,
    /// What Leptos needs to know.
    pub leptos: LeptosOptions,
}

impl App {
    /// Puts the parts together.
    #[must_use]
    pub fn new(db: Db, clock: Clock, forms: Forms, settings: Settings) -> Self {
        // Leptos sets its pages on Tokio. A second product in one process (tests) finds it done.
        let _ = any_spawner::Executor::init_tokio();
        Self(Arc::new(Parts {
            views: Views::start(db.clone()),
            db,
            clock,
            forms: Arc::new(forms),
            kinds: Arc::new(super::forms::entry_kinds()),
            checklist: Arc::new(super::forms::sign_off_checklist()),
            holidays: Arc::new(super::forms::bank_holidays()),
            settings: Arc::new(settings),
            hasher: Hasher::default(),
            sealer: Sealer::default(),
            providers: Providers::default(),
            press: Press::start(),
            blanks: Blanks::default(),
            leptos: LeptosOptions::builder()
                .output_name(env!("LEPTOS_OUTPUT_NAME"))
                .build(),
        }))
    }

    /// The same with a key for secrets, when the operator gives one. What the database holds unsealed is
    /// sealed.
    ///
    /// # Errors
    /// When the key cannot be read, or is not the one that secrets are sealed with.
    pub async fn with_secrets_key(self) -> anyhow::Result<Self> {
        let sealer = match &self.settings.secrets_key {
            Some(path) => Sealer::from_file(path)?,
            None => Sealer::default(),
        };
        sealer.bring_up_to_date(&self.db).await?;
        sign_on::bring_up_to_date(&self.db, &sealer).await?;
        let parts = Arc::unwrap_or_clone(self.0);
        Ok(Self(Arc::new(Parts { sealer, ..parts })))
    }
}

impl FromRef<App> for LeptosOptions {
    fn from_ref(app: &App) -> Self {
        app.leptos.clone()
    }
}
