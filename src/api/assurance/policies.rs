//! The register of policies: list and gaps, one policy, a new edition, having read it.

use super::form::{Form, respond, row_id, typed};
use super::{back_to_assurance, offers, organisation_named};
use crate::api::body::Body;
use crate::api::failure::Failure;
use crate::api::render::{chrome, page, see_other};
use crate::components::layout::Chrome;
use crate::domain::assurance::registers::{Policy, Review, gaps};
use crate::domain::assurance::typed::{policy_columns, policy_fields, read_policy};
use crate::domain::calendar::day_in_words;
use crate::domain::form::Fields;
use crate::domain::form::answer::Problem;
use crate::domain::identifiers::OrganisationId;
use crate::domain::link;
use crate::domain::people::{OrganisationAction, Role};
use crate::pages::register_pages::{Button, Fact, Item, List, ListPage, Tag, list_page};
use crate::server::access::{
    Actor, AllowedIn, KeepRegisters, OrganisationPermission, ReadRegisters, prove_in,
};
use crate::server::app::App;
use crate::server::clock::in_britain;
use crate::server::store::assurance::policies::{self as store, Added, Kept};
use crate::server::store::new_id;
use crate::server::store::organisations::Organisation;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;

/// Whether somebody of that role is asked to read policies.
pub(super) fn reads(role: Role) -> bool {
    matches!(
        role,
        Role::SocialSupervisor | Role::ClinicalSupervisor | Role::LineManager
    )
}

fn path(organisation: &OrganisationId, rest: &str) -> String {
    format!("/organisations/{organisation}/policies{rest}")
}

fn review_tag(review_on: NaiveDate, today: NaiveDate) -> Tag {
    let review = Review::on(review_on, today);
    match review {
        Review::Overdue => Tag::bad(review.words()),
        Review::Soon => Tag::soon(review.words()),
        Review::InDate => Tag::good(review.words()),
    }
}

fn facts(policy: &Policy) -> Vec<Fact> {
    vec![
        Fact::new("Edition", policy.edition.as_str()),
        Fact::new("Owner", policy.owner.as_str()),
        Fact::new("Approved", day_in_words(policy.approved_on)),
        Fact::new("Review by", day_in_words(policy.review_on)),
        Fact {
            label: "Kept at",
            words: policy.kept_at.clone(),
            link: link::check(&policy.kept_at)
                .is_ok()
                .then(|| policy.kept_at.clone()),
        },
        Fact::new("Supports criteria", policy.criteria.join(", ")),
    ]
}

/// The register with the gap list.
///
/// # Errors
/// [`Failure`].
pub async fn list(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(organisation): Path<String>,
) -> Result<Response, Failure> {
    let (organisation, id) = organisation_named(&app, &actor, &organisation).await?;
    let proof = prove_in::<ReadRegisters>(&app, &actor, &id).await?;
    let kept = store::standing(&app.db, &proof).await?;
    let wanted = store::readers_wanted(&app.db, &proof).await?;
    let today = app.clock.today();
    let keeps = offers(&actor, &id, OrganisationAction::KeepRegisters);
    let item = |kept: &Kept| {
        let mut tags = vec![review_tag(kept.policy.review_on, today)];
        let mut facts = facts(&kept.policy);
        if kept.policy.to_be_read {
            facts.push(Fact::new(
                "Read by",
                format!("{} of {wanted}", kept.read_by),
            ));
            if kept.read_at.is_none()
                && actor
                    .memberships
                    .iter()
                    .any(|m| m.organisation == id && reads(m.role))
            {
                tags.push(Tag::soon("For you to read"));
            }
        }
        Item {
            path: Some(path(&id, &format!("/{}", kept.id))),
            title: kept.policy.title.clone(),
            tags,
            facts,
            button: None,
        }
    };
    let data = ListPage {
        organisation: organisation.name,
        heading: "Policies and procedures".into(),
        introduction: vec![
            "What this organisation has agreed in writing, who answers for it, and whether it is in date.".into(),
        ],
        actions: if keeps {
            vec![(path(&id, "/new"), "Add a policy".into())]
        } else {
            vec![]
        },
        lists: vec![
            List {
                items: kept.iter().map(item).collect(),
                none: "No policy is in the register.",
                ..List::default()
            },
            gap_list(&app, &kept, today),
        ],
        ..ListPage::default()
    };
    let chrome = Chrome {
        back: Some(back_to_assurance()),
        ..chrome(&actor, "Policies and procedures")
    };
    Ok(page(&app, StatusCode::OK, chrome, move || list_page(&data)).await)
}

/// Criteria of the quality standards in use without a policy in date.
fn gap_list(app: &App, kept: &[Kept], today: NaiveDate) -> List {
    let criteria = super::criteria(app);
    let ids: Vec<String> = criteria.iter().map(|(id, _)| id.clone()).collect();
    let policies: Vec<Policy> = kept.iter().map(|k| k.policy.clone()).collect();
    let missing = gaps(&ids, &policies, today);
    let items = criteria
        .iter()
        .filter(|(id, _)| missing.contains(&id.as_str()))
        .map(|(id, title)| Item {
            path: None,
            title: format!("{id} {title}"),
            tags: vec![],
            facts: vec![],
            button: None,
        });
    List {
        heading: Some("Criteria without a policy in date".into()),
        introduction: vec![
            "From the quality standards proposed by this project, which are not the official framework. Not every criterion needs a policy of its own; one policy may support many.".into(),
        ],
        items: items.collect(),
        none: if criteria.is_empty() {
            "No quality standards are loaded here."
        } else {
            "Every criterion is supported by a policy in date."
        },
    }
}

/// A row of the register for somebody who may handle it so: its organisation, the proof, what is kept.
async fn found<P: OrganisationPermission>(
    app: &App,
    actor: &Actor,
    organisation: &str,
    policy: &str,
) -> Result<(Organisation, OrganisationId, AllowedIn<P>, Kept), Failure> {
    let (organisation, id) = organisation_named(app, actor, organisation).await?;
    let proof = prove_in::<P>(app, actor, &id).await?;
    let kept = store::find(&app.db, &proof, policy)
        .await?
        .ok_or(Failure::NotFound)?;
    Ok((organisation, id, proof, kept))
}

/// One edition: its facts, who has read it, and the button to say so.
///
/// # Errors
/// [`Failure`].
pub async fn one(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((organisation, policy)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let (organisation, id, proof, kept) =
        found::<ReadRegisters>(&app, &actor, &organisation, &policy).await?;
    let today = app.clock.today();
    let at = |rest: &str| path(&id, &format!("/{}{rest}", kept.id));
    let keeps = offers(&actor, &id, OrganisationAction::KeepRegisters);
    let sees_who = keeps || offers(&actor, &id, OrganisationAction::KeepCompetence);
    let mut tags = vec![review_tag(kept.policy.review_on, today)];
    if !kept.stands {
        tags = vec![Tag::bad("No longer in use")];
    }
    let button = |rest: &str, words: &str| Button {
        action: at(rest),
        hidden: vec![],
        words: words.to_owned(),
    };
    let mut item = Item {
        path: None,
        title: format!("Edition {}", kept.policy.edition),
        tags,
        facts: facts(&kept.policy),
        button: None,
    };
    if let Some(read) = kept.read_at {
        let on = day_in_words(in_britain(read).0);
        item.facts.push(Fact::new("You read it", on));
    } else if kept.stands && kept.policy.to_be_read {
        item.button = Some(button("/read", "I have read this edition"));
    }
    let mut data = ListPage {
        organisation: organisation.name,
        heading: kept.policy.title.clone(),
        lists: vec![List {
            items: vec![item],
            ..List::default()
        }],
        ..ListPage::default()
    };
    if keeps && kept.stands {
        data.actions
            .push((at("/replace"), "Record a new edition".into()));
        data.buttons.push(button("/retire", "Take it out of use"));
    }
    if sees_who && kept.policy.to_be_read {
        data.lists.extend(read_lists(&app, &proof, &kept).await?);
    }
    let chrome = Chrome {
        back: Some((path(&id, ""), "Back to the policies".into())),
        ..chrome(&actor, "Policy")
    };
    Ok(page(&app, StatusCode::OK, chrome, move || list_page(&data)).await)
}

async fn read_lists(
    app: &App,
    proof: &AllowedIn<ReadRegisters>,
    kept: &Kept,
) -> Result<[List; 2], Failure> {
    let readers = store::readers(&app.db, proof, &kept.id).await?;
    let item = |(name, at): &(String, Option<chrono::DateTime<chrono::Utc>>)| Item {
        path: None,
        title: match at {
            Some(at) => format!("{name}, on {}", day_in_words(in_britain(*at).0)),
            None => name.clone(),
        },
        tags: vec![],
        facts: vec![],
        button: None,
    };
    let list = |heading: &str, read: bool, none: &'static str| List {
        heading: Some(heading.to_owned()),
        introduction: vec![],
        items: readers
            .iter()
            .filter(|r| r.1.is_some() == read)
            .map(item)
            .collect(),
        none,
    };
    Ok([
        list(
            "Have not said that they have read it",
            false,
            "Everybody has.",
        ),
        list("Have read it", true, "Nobody yet."),
    ])
}

fn form(
    organisation: &OrganisationId,
    replaces: Option<&Kept>,
    id: String,
    typed: Fields,
    problems: Vec<Problem>,
) -> Form {
    let (heading, action, back) = match replaces {
        Some(kept) => (
            format!("New edition: {}", kept.policy.title),
            format!("/{}/replace", kept.id),
            (
                path(organisation, &format!("/{}", kept.id)),
                "Back to the policy".to_owned(),
            ),
        ),
        None => (
            "Add a policy".to_owned(),
            "/new".to_owned(),
            (path(organisation, ""), "Back to the policies".to_owned()),
        ),
    };
    Form {
        heading,
        introduction: replaces
            .map(|_| {
                "Staff are asked to read a new edition anew. The edition before it stays on record."
                    .to_owned()
            })
            .into_iter()
            .collect(),
        action: path(organisation, &action),
        back,
        id,
        columns: policy_columns(),
        typed,
        problems,
    }
}

/// The page that asks for a policy.
///
/// # Errors
/// [`Failure`].
pub async fn show_new(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(organisation): Path<String>,
) -> Result<Response, Failure> {
    let (_, id) = organisation_named(&app, &actor, &organisation).await?;
    prove_in::<KeepRegisters>(&app, &actor, &id).await?;
    let form = form(&id, None, new_id(), Fields::default(), vec![]);
    Ok(respond(&app, &actor, form).await)
}

/// Adds a policy.
///
/// # Errors
/// [`Failure`].
pub async fn add(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(organisation): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    let (_, id) = organisation_named(&app, &actor, &organisation).await?;
    save(&app, &actor, &id, None, &body).await
}

/// The page that asks for a new edition.
///
/// # Errors
/// [`Failure`].
pub async fn show_replace(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((organisation, policy)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let (_, id, _, kept) = found::<KeepRegisters>(&app, &actor, &organisation, &policy).await?;
    let typed = policy_fields(&kept.policy);
    Ok(respond(
        &app,
        &actor,
        form(&id, Some(&kept), new_id(), typed, vec![]),
    )
    .await)
}

/// Adds a new edition.
///
/// # Errors
/// [`Failure`].
pub async fn replace(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((organisation, policy)): Path<(String, String)>,
    body: Body,
) -> Result<Response, Failure> {
    let (_, id, _, kept) = found::<KeepRegisters>(&app, &actor, &organisation, &policy).await?;
    save(&app, &actor, &id, Some(&kept), &body).await
}

async fn save(
    app: &App,
    actor: &Actor,
    organisation: &OrganisationId,
    replaces: Option<&Kept>,
    body: &Body,
) -> Result<Response, Failure> {
    let proof = prove_in::<KeepRegisters>(app, actor, organisation).await?;
    let row = row_id(body)?;
    let typed = typed(body);
    let problems = match read_policy(&typed, app.clock.today()) {
        Ok(policy) => {
            let replaced = replaces.map(|k| k.id.as_str());
            match store::add(&app.db, &proof, &row, &policy, replaced).await? {
                Added::Stands(id) => return Ok(see_other(&path(organisation, &format!("/{id}")))),
                Added::Missing => return Err(Failure::NotFound),
                Added::Conflict => vec![Problem {
                    field: "title.text".into(),
                    message: "Somebody else has replaced this edition or taken it out of use meanwhile. Nothing was saved; what you typed is kept below. Look at the register before you go on".into(),
                }],
            }
        }
        Err(problems) => problems,
    };
    Ok(respond(
        app,
        actor,
        form(organisation, replaces, row, typed, problems),
    )
    .await)
}

/// Takes an edition out of use.
///
/// # Errors
/// [`Failure`].
pub async fn retire(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((organisation, policy)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let (_, id) = organisation_named(&app, &actor, &organisation).await?;
    let proof = prove_in::<KeepRegisters>(&app, &actor, &id).await?;
    if store::retire(&app.db, &proof, &policy).await? {
        Ok(see_other(&path(&id, "")))
    } else {
        Err(Failure::NotFound)
    }
}

/// Records that the reader has read an edition.
///
/// # Errors
/// [`Failure`].
pub async fn read(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((organisation, policy)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let (_, id, proof, kept) = found::<ReadRegisters>(&app, &actor, &organisation, &policy).await?;
    if kept.stands {
        store::read(&app.db, &proof, &kept.id).await?;
    }
    Ok(see_other(&path(&id, &format!("/{}", kept.id))))
}
