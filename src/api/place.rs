//! Which organisation a page is about, for people who belong to several: the one that the address names,
//! or the first where they may.

use super::failure::Failure;
use super::timeline::asked;
use crate::components::places::Places;
use crate::domain::identifiers::OrganisationId;
use crate::domain::people::may_in;
use crate::server::access::{self, Actor, AllowedIn, Membership, OrganisationPermission};
use crate::server::app::App;
use crate::server::store::organisations;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;

/// The organisation that the address names, if any: `?organisation=ID`.
#[derive(Debug, Clone)]
pub struct Place(Option<OrganisationId>);

impl<S: Send + Sync> FromRequestParts<S> for Place {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let named = asked(parts.uri.query(), "organisation").map(OrganisationId::parse);
        let named = named.transpose().map_err(|_| Failure::NotFound)?;
        Ok(Self(named))
    }
}

impl Place {
    /// Proof that the actor may do `P` there.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn prove<P: OrganisationPermission>(
        &self,
        app: &App,
        actor: &Actor,
    ) -> Result<AllowedIn<P>, Failure> {
        Ok(match &self.0 {
            Some(place) => access::prove_in(app, actor, place).await?,
            None => access::prove_somewhere(app, actor).await?,
        })
    }

    /// What stands behind the path of pages in the same organisation.
    fn query(&self) -> String {
        self.0
            .as_ref()
            .map_or_else(String::new, |place| format!("?organisation={place}"))
    }

    /// `path` in the same organisation.
    #[must_use]
    pub fn path(&self, path: &str) -> String {
        format!("{path}{}", self.query())
    }

    /// Where the page is, and where else the actor may do the same.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn places<P: OrganisationPermission>(
        &self,
        app: &App,
        actor: &Actor,
        proof: &AllowedIn<P>,
    ) -> Result<Places, Failure> {
        let mut all = Places {
            query: self.query(),
            ..Places::default()
        };
        let able = |m: &&Membership| may_in(m.role, P::ACTION);
        for m in actor.memberships.iter().filter(able) {
            let to = format!("?organisation={}", m.organisation);
            if all.others.iter().any(|(known, _)| *known == to) {
                continue;
            }
            let found = organisations::find(&app.db, &m.organisation).await?;
            let name = found.map(|o| o.name).unwrap_or_default();
            if m.organisation == *proof.organisation() {
                all.here = name;
            } else {
                all.others.push((to, name));
            }
        }
        Ok(all)
    }
}
