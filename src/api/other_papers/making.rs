//! Makes a paper of a draft: once, from what was saved, outside any lock.

use super::asked;
use crate::api::failure::Failure;
use crate::api::papers::set;
use crate::domain::form::Form;
use crate::domain::form::definition::RecordFact;
use crate::domain::identifiers::PaperId;
use crate::domain::paper::{self, Draft, FrozenPaper, Heading};
use crate::domain::patient::snapshot::in_words;
use crate::domain::report::frozen::PatientIdentified;
use crate::server::access::{Actor, Allowed, KeepRecord};
use crate::server::app::App;
use crate::server::audit;
use crate::server::other_papers::document;
use crate::server::papers::Kind;
use crate::server::store::other_papers::{self, Saved};
use crate::server::store::{organisations, papers, patients::Patient};

/// Who makes which paper about whom.
pub(super) struct Making<'a> {
    pub app: &'a App,
    pub actor: &'a Actor,
    pub proof: &'a Allowed<KeepRecord>,
    pub patient: &'a Patient,
    pub form: &'a Form,
    pub paper: &'a PaperId,
}

impl Making<'_> {
    /// Makes the paper of that version of its draft, unless another was saved or it was made meanwhile.
    /// The draft is saved already: a paper that cannot be set loses nothing.
    ///
    /// # Errors
    /// [`Failure`]; then there is no paper.
    pub async fn make(&self, draft: &Draft, version: i64) -> Result<Saved, Failure> {
        let (app, proof, id) = (self.app, self.proof, self.paper.as_str());
        let content = self.frozen(draft).await?;
        let (json, digest) = content.write().map_err(anyhow::Error::from)?;
        let attempt = proof.event("papers-made", id);
        let tree = document(&content, &digest);
        let made = set(app, attempt, Kind::Full, tree, None).await?;
        let mut tx = app.db.begin().await?;
        let saved =
            other_papers::make(&mut tx, proof, self.paper, version, (&json, &digest)).await?;
        if saved == Saved::Yes {
            papers::keep(&mut tx, proof, id, &digest, &made).await?;
            audit::record(&mut tx, &proof.event("make-paper", id)).await?;
            tx.commit().await?;
        }
        Ok(saved)
    }

    async fn frozen(&self, draft: &Draft) -> Result<FrozenPaper, Failure> {
        let record = &self.patient.record;
        let today = self.app.clock.today();
        let organisation = organisations::find(&self.app.db, self.proof.organisation())
            .await?
            .ok_or(Failure::NotFound)?;
        let heading = Heading {
            paper: self.paper.to_string(),
            organisation: organisation.name,
            patient: PatientIdentified {
                name: record.full_name(),
                date_of_birth: record.date_of_birth,
                mhcs_reference: record.mhcs_reference.clone(),
            },
            made_by: self.actor.name.clone(),
            job_title: self.actor.job_title.clone(),
            made_at: self.proof.at(),
        };
        let fact = |fact: RecordFact| in_words(fact, record, today);
        let asked = asked(record, today, self.form);
        Ok(paper::freeze(heading, self.form, &asked, draft, fact))
    }
}
