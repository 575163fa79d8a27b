//! The demo's self-assessments: in each organisation two finished ones and one under way, written by
//! the store as the product writes them. All of it is fictional.

mod cast;
mod written;

pub(super) use cast::ACCOUNTS;

use crate::api::assessments::dossier::Dossier;
use crate::api::assessments::figures;
use crate::domain::calendar::{add_days, add_months};
use crate::domain::form::Version;
use crate::domain::identifiers::{AssessmentId, OrganisationId};
use crate::domain::self_assessment::action_plan::{ActionState, to_carry};
use crate::domain::self_assessment::assessment::{STATEMENTS, Scope, ScopeKind, Stage};
use crate::domain::self_assessment::challenge::View;
use crate::domain::self_assessment::content::Signed;
use crate::domain::self_assessment::framework::{Criterion, Framework, Weight};
use crate::server::access::assessments::in_assessment_at;
use crate::server::access::{
    Actor, AllowedIn, ContributeToAssessment, KeepAction, LeadAssessment, OrganisationPermission,
    SignAssessment, TimeLeft, prove_in_at,
};
use crate::server::audit;
use crate::server::clock::{Clock, in_britain};
use crate::server::forms::Forms;
use crate::server::frameworks::QUALITY;
use crate::server::store::assessments::actions::{self, NewAction, NewUpdate};
use crate::server::store::assessments::ratings::{self, NewRemark};
use crate::server::store::assessments::{self as store, NewAssessment, freezing};
use crate::server::store::{Db, Tx, new_id, organisations, people};
use anyhow::{Context, Result, anyhow};
use cast::{CASTS, Cast};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use written::{other, rating, typed};

/// One organisation while it is filled.
struct Stagehand<'a> {
    db: &'a Db,
    forms: &'a Forms,
    framework: &'a Framework,
    lead: Actor,
    contributor: Actor,
    challenger: Actor,
    executive: Actor,
    organisation: OrganisationId,
    cast: &'a Cast,
}

/// Writes the self-assessments of both organisations.
///
/// # Errors
/// When a person of the demo is missing or the database fails.
pub(super) async fn fill(db: &Db, forms: &Forms, clock: &Clock) -> Result<()> {
    let framework = forms
        .frameworks()
        .newest(QUALITY)
        .context("there are no standards")?;
    let today = clock.today();
    for cast in &CASTS {
        let organisation = organisations::named(db, cast.organisation)
            .await?
            .context("no organisation")?;
        let hand = Stagehand {
            db,
            forms,
            framework: &framework,
            lead: actor(db, cast.lead).await?,
            contributor: actor(db, cast.contributor).await?,
            challenger: actor(db, cast.challenger).await?,
            executive: actor(db, cast.executive).await?,
            organisation,
            cast,
        };
        let ends = [25_u32, 13, 1].map(|months| less_months(today, months));
        let first = hand.finished(1, ends[0]).await?;
        hand.finished(2, ends[1])
            .await
            .with_context(|| format!("after {first}"))?;
        hand.under_way(ends[2]).await?;
    }
    Ok(())
}

fn less_months(day: NaiveDate, months: u32) -> NaiveDate {
    day.checked_sub_months(chrono::Months::new(months))
        .unwrap_or(day)
}

pub(super) async fn actor(db: &Db, email: &str) -> Result<Actor> {
    let person = people::by_email(db, email)
        .await?
        .with_context(|| format!("{email} is missing"))?;
    Ok(Actor {
        memberships: people::memberships(db, &person.id).await?,
        person: person.id,
        name: person.name,
        job_title: person.job_title,
        session: String::new(),
        authenticated_at: DateTime::UNIX_EPOCH,
        second_factor: false,
        lacks_second_factor: false,
        address: String::new(),
        provider: None,
        viewing: None,
        time_left: TimeLeft::default(),
    })
}

pub(super) fn noon(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default())
        .and_utc()
}

impl Stagehand<'_> {
    async fn proof<P: OrganisationPermission>(
        &self,
        actor: &Actor,
        id: &AssessmentId,
        day: NaiveDate,
    ) -> Result<AllowedIn<P>> {
        let proven = in_assessment_at::<P>(self.db, noon(day), actor, id).await;
        Ok(proven.map_err(|e| anyhow!("{}: {e:?}", actor.name))?.0)
    }

    /// Opens one that ends on a day, three weeks after that day.
    async fn open(&self, to: NaiveDate) -> Result<(AssessmentId, NaiveDate)> {
        let opened = add_days(to, 3);
        let proof =
            prove_in_at::<LeadAssessment>(self.db, noon(opened), &self.lead, &self.organisation)
                .await
                .map_err(|e| anyhow!("{e:?}"))?;
        let scope = Scope {
            kind: ScopeKind::Organisation,
            name: self.cast.organisation.to_owned(),
            teams: vec![],
        };
        let previous = store::latest_signed(self.db, &proof, &scope).await?;
        let mut carried = Vec::new();
        if let Some(previous) = &previous {
            let plan = actions::all(self.db, &proof, &previous.id).await?;
            carried = to_carry(&plan)
                .map(|a| (a.id.clone(), a.criterion.clone()))
                .collect();
        }
        let id = AssessmentId::parse(&new_id()).map_err(|e| anyhow!("{e}"))?;
        let new = NewAssessment {
            id: id.clone(),
            framework_id: self.framework.id.clone(),
            framework_version: self.framework.version,
            scope,
            from: add_days(less_months(to, 12), 1),
            to,
            previous: previous.map(|p| p.id),
            carried,
        };
        let mut tx = self.db.begin().await?;
        store::open(&mut tx, &proof, &new).await?;
        audit::record(&mut tx, &proof.event("open-assessment", id.as_str())).await?;
        tx.commit().await?;
        let proof = self
            .proof::<LeadAssessment>(&self.lead, &id, opened)
            .await?;
        let mut tx = self.db.begin().await?;
        for domain in ["D5", "D6"] {
            let person = self.contributor.person.as_str();
            store::give_part(&mut tx, &proof, &id, person, "contributor", domain).await?;
        }
        store::give_part(
            &mut tx,
            &proof,
            &id,
            self.challenger.person.as_str(),
            "challenger",
            "",
        )
        .await?;
        audit::record(&mut tx, &proof.event("assign-assessment", id.as_str())).await?;
        tx.commit().await?;
        Ok((id, opened))
    }

    /// Rates the domains that `wanted` names.
    async fn rate(
        &self,
        id: &AssessmentId,
        year: usize,
        day: NaiveDate,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<()> {
        let lead = self
            .proof::<ContributeToAssessment>(&self.lead, id, day)
            .await?;
        let contributor = self
            .proof::<ContributeToAssessment>(&self.contributor, id, day)
            .await?;
        let row = store::load(self.db, &lead, id)
            .await?
            .context("it was just opened")?;
        let figures = figures::taken(self.db, self.forms, &lead, &row).await?;
        let mut tx = self.db.begin().await?;
        for (n, (domain, c)) in self.framework.criteria().enumerate() {
            if !wanted(&domain.id) {
                continue;
            }
            let proof = if matches!(domain.id.as_str(), "D5" | "D6") {
                &contributor
            } else {
                &lead
            };
            let fields = typed(c, rating(self.cast.offset, c, n, year));
            let bearing = figures::bearing(&figures, &c.figures);
            ratings::save(&mut tx, proof, id, &c.id, Version(0), &fields, &bearing).await?;
        }
        audit::record(&mut tx, &lead.event("rate-criteria", id.as_str())).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Second views: all agreed but one, which the lead settles.
    async fn challenge(&self, id: &AssessmentId, day: NaiveDate) -> Result<()> {
        let challenger = self
            .proof::<ContributeToAssessment>(&self.challenger, id, day)
            .await?;
        let lead = self
            .proof::<ContributeToAssessment>(&self.lead, id, add_days(day, 2))
            .await?;
        let rows = ratings::all(self.db, &challenger, id).await?;
        let mut tx = self.db.begin().await?;
        for (criterion, row) in &rows {
            let disputed = criterion == "5.5";
            let view = if disputed { View::Dispute } else { View::Agree };
            let proposed = disputed.then(|| other(row.fields.get("rating")));
            let reason = if disputed {
                "Two of the reports that I read repeat the one before."
            } else {
                ""
            };
            let remark = NewRemark {
                criterion,
                version: row.version,
                view,
                proposed,
                reason,
            };
            ratings::remark(&mut tx, &challenger, id, &remark).await?;
            if disputed {
                let reason = "The sample of the year shows otherwise; both views stand.";
                let settled = NewRemark {
                    view: View::Keep,
                    proposed: None,
                    reason,
                    ..remark
                };
                ratings::remark(&mut tx, &lead, id, &settled).await?;
            }
        }
        audit::record(&mut tx, &challenger.event("challenge-rating", id.as_str())).await?;
        audit::record(&mut tx, &lead.event("resolve-dispute", id.as_str())).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn stage(
        &self,
        id: &AssessmentId,
        stage: Stage,
        day: NaiveDate,
        name: &'static str,
    ) -> Result<()> {
        let proof = self.proof::<LeadAssessment>(&self.lead, id, day).await?;
        let mut tx = self.db.begin().await?;
        store::set_stage(&mut tx, &proof, id, stage, None).await?;
        audit::record(&mut tx, &proof.event(name, id.as_str())).await?;
        tx.commit().await?;
        Ok(())
    }

    /// An action for each Type 1 below 2. The first of the second year is left to become overdue.
    /// Gives those that are finished later: id and due date.
    async fn plan(
        &self,
        id: &AssessmentId,
        year: usize,
        day: NaiveDate,
    ) -> Result<Vec<(String, NaiveDate)>> {
        let mut later = Vec::new();
        let proof = self.proof::<LeadAssessment>(&self.lead, id, day).await?;
        let rows = ratings::all(self.db, &proof, id).await?;
        let low = |c: &Criterion| {
            let rated = rows.get(&c.id).map(|r| r.fields.get("rating"));
            matches!(rated, Some("0" | "1")) && c.weight == Weight::Must
        };
        let mut tx = self.db.begin().await?;
        for (n, (_, c)) in self
            .framework
            .criteria()
            .filter(|(_, c)| low(c))
            .enumerate()
        {
            let action = new_id();
            let owner = if n.is_multiple_of(2) {
                &self.contributor
            } else {
                &self.lead
            };
            let what = format!(
                "Bring {} to 2: {}",
                c.id,
                c.levels.get(2).map_or("", String::as_str)
            );
            let new = NewAction {
                id: &action,
                criterion: &c.id,
                what: &what,
                owner: owner.person.as_str(),
                due: add_months(day, 6),
            };
            actions::add(&mut tx, &proof, id, &new).await?;
            audit::record(&mut tx, &proof.event("add-action", &action)).await?;
            let due = new.due;
            if year == 1 || n > 0 {
                later.push((action, due));
            }
        }
        tx.commit().await?;
        Ok(later)
    }

    async fn finish(
        &self,
        tx: &mut Tx,
        action: &str,
        day: NaiveDate,
        due: NaiveDate,
    ) -> Result<()> {
        let proof = prove_in_at::<KeepAction>(self.db, noon(day), &self.lead, &self.organisation)
            .await
            .map_err(|e| anyhow!("{e:?}"))?;
        let new = NewUpdate {
            action,
            seen: 0,
            state: ActionState::Done,
            due,
            note: "Done, and looked at by the governance group.",
            evidence: "Minutes of the governance group",
        };
        actions::update(tx, &proof, &new).await?;
        audit::record(tx, &proof.event("update-action", action)).await?;
        Ok(())
    }

    async fn sign(&self, id: &AssessmentId, day: NaiveDate) -> Result<()> {
        let (proof, party) =
            in_assessment_at::<SignAssessment>(self.db, noon(day), &self.executive, id)
                .await
                .map_err(|e| anyhow!("{e:?}"))?;
        let dossier = Dossier::load_from(self.db, self.forms.frameworks(), day, &proof, id, party)
            .await
            .map_err(|e| anyhow!("{e:?}"))?;
        let mut content = dossier.content();
        let mark = content.mark();
        let signed = Signed {
            organisation: self.cast.organisation.to_owned(),
            name: self.executive.name.clone(),
            job_title: self.executive.job_title.clone(),
            statements: STATEMENTS.iter().map(|s| (*s).to_owned()).collect(),
            at: proof.at(),
        };
        content.signatures.push(signed.clone());
        let json = content.json()?;
        let mut tx = self.db.begin().await?;
        freezing::sign(&mut tx, &proof, id, &mark, &signed).await?;
        // Its papers are set from the frozen data when somebody asks: the demo starts sooner.
        freezing::freeze(&mut tx, &proof, id, &json, &[]).await?;
        store::set_stage(
            &mut tx,
            &proof,
            id,
            Stage::Signed,
            Some(in_britain(proof.at()).0),
        )
        .await?;
        audit::record(&mut tx, &proof.event("sign-assessment", id.as_str())).await?;
        tx.commit().await?;
        Ok(())
    }

    /// One that went the whole way, with its six-month review.
    async fn finished(&self, year: usize, to: NaiveDate) -> Result<AssessmentId> {
        let (id, opened) = self.open(to).await?;
        let day = |days| add_days(opened, days);
        self.rate(&id, year, day(7), |_| true).await?;
        self.stage(&id, Stage::Challenge, day(10), "ask-for-challenge")
            .await?;
        self.challenge(&id, day(12)).await?;
        let later = self.plan(&id, year, day(15)).await?;
        self.stage(&id, Stage::SignOff, day(16), "ask-for-assessment-sign-off")
            .await?;
        self.sign(&id, day(20)).await?;
        let mut tx = self.db.begin().await?;
        for (action, due) in &later {
            self.finish(&mut tx, action, add_months(day(20), 4), *due)
                .await?;
        }
        tx.commit().await?;
        let review = add_months(day(20), 6);
        let proof = self
            .proof::<LeadAssessment>(&self.lead, &id, review)
            .await?;
        let mut tx = self.db.begin().await?;
        let note =
            "Most of the plan is done. What is not is carried into the next self-assessment.";
        freezing::record_review(&mut tx, &proof, &id, note).await?;
        store::set_stage(&mut tx, &proof, &id, Stage::Reviewed, None).await?;
        audit::record(&mut tx, &proof.event("review-assessment", id.as_str())).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// One for which evidence is being gathered: seven domains rated.
    async fn under_way(&self, to: NaiveDate) -> Result<()> {
        let (id, opened) = self.open(to).await?;
        let done = ["D1", "D2", "D3", "D4", "D5", "D7", "D8"];
        self.rate(&id, 3, add_days(opened, 9), |domain| done.contains(&domain))
            .await?;
        Ok(())
    }
}
