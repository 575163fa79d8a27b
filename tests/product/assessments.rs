//! Self-assessments from opening to the next year's, on both databases: the cycle, two who write at
//! once, wrong people, other organisations, and everything that can be typed wrongly.

mod cycle;
mod figures;
mod papers;
mod signing;
mod wrong;

use crate::support::{
    AUTHOR, DOCTOR, MANAGER, PASSWORD, Page, STRANGER, Visitor, World, on_both, versions,
};
use axum::http::StatusCode;
use chrono::TimeDelta;
use conditional_discharge::domain::people::Role;
use conditional_discharge::server::auth::passwords::Hasher;
use conditional_discharge::server::frameworks::QUALITY;
use conditional_discharge::server::store::{organisations, people};

pub const LEAD: &str = "lead@northmere.example.org";
pub const SECOND_LEAD: &str = "lead.two@northmere.example.org";
pub const EXECUTIVE: &str = "executive@northmere.example.org";
pub const SECOND_EXECUTIVE: &str = "executive.two@northmere.example.org";
pub const OTHER_LEAD: &str = "lead@harrowdene.example.org";
pub const OTHER_EXECUTIVE: &str = "executive@harrowdene.example.org";

/// Adds the people of self-assessments, for the whole of their organisations.
pub async fn add_people(world: &World) {
    let hash = Hasher::default().hash(PASSWORD).await.unwrap();
    let mut tx = world.app.db.begin().await.unwrap();
    for (email, name, role, organisation, kind, team) in [
        (
            LEAD,
            "Leo Lead",
            Role::AssessmentLead,
            "Northmere",
            "nhs-trust",
            "Tarnbeck",
        ),
        (
            SECOND_LEAD,
            "Lia Lead",
            Role::AssessmentLead,
            "Northmere",
            "nhs-trust",
            "Tarnbeck",
        ),
        (
            EXECUTIVE,
            "Exa Cutive",
            Role::Executive,
            "Northmere",
            "nhs-trust",
            "Tarnbeck",
        ),
        (
            SECOND_EXECUTIVE,
            "Exo Cutive",
            Role::Executive,
            "Northmere",
            "nhs-trust",
            "Tarnbeck",
        ),
        (
            OTHER_LEAD,
            "Olga Lead",
            Role::AssessmentLead,
            "Harrowdene",
            "council",
            "Forensic",
        ),
        (
            OTHER_EXECUTIVE,
            "Otto Cutive",
            Role::Executive,
            "Harrowdene",
            "council",
            "Forensic",
        ),
    ] {
        let (organisation, _) = organisations::ensure(&mut tx, organisation, kind, team)
            .await
            .unwrap();
        let new = people::NewPerson {
            email,
            name,
            job_title: role.words(),
            password_hash: &hash,
        };
        let person = people::add(&mut tx, &new).await.unwrap();
        people::join(&mut tx, &person, &organisation, role, None)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
}

async fn organisation(world: &World, name: &str) -> String {
    organisations::named(&world.app.db, name)
        .await
        .unwrap()
        .unwrap()
        .to_string()
}

const PERIOD: [(&str, &str); 6] = [
    ("from/day", "1"),
    ("from/month", "12"),
    ("from/year", "2025"),
    ("to/day", "20"),
    ("to/month", "11"),
    ("to/year", "2026"),
];

/// Opens an assessment of the whole organisation and gives its path.
pub async fn open(world: &World, lead: &mut Visitor, organisation_name: &str) -> String {
    let at = format!(
        "/assessments/open/{}",
        organisation(world, organisation_name).await
    );
    let shown = lead.get(&at).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.body);
    let id = shown.value("id");
    let mut typed = vec![("id", id.as_str()), ("kind", "organisation")];
    typed.extend(PERIOD);
    let page = lead.post(&at, &typed).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    page.location().to_owned()
}

/// Criteria of a domain.
fn criteria(world: &World, domain: &str) -> Vec<String> {
    let framework = world.app.forms.frameworks().newest(QUALITY).unwrap();
    framework
        .domain(domain)
        .unwrap()
        .criteria
        .iter()
        .map(|c| c.id.clone())
        .collect()
}

fn domains(world: &World) -> Vec<String> {
    let framework = world.app.forms.frameworks().newest(QUALITY).unwrap();
    framework.domains.iter().map(|d| d.id.clone()).collect()
}

async fn post(visitor: &mut Visitor, path: &str, pairs: &[(String, String)]) -> Page {
    let pairs: Vec<(&str, &str)> = pairs
        .iter()
        .map(|(k, v)| (k.as_str(), v.as_str()))
        .collect();
    visitor.post(path, &pairs).await
}

/// Rates a domain as its page stands: 2, unless told otherwise.
async fn rate(
    world: &World,
    visitor: &mut Visitor,
    path: &str,
    domain: &str,
    different: &[(&str, &str)],
) -> Page {
    let at = format!("{path}/domains/{domain}");
    let shown = visitor.get(&at).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.body);
    let mut pairs = versions(&shown.body);
    for id in criteria(world, domain) {
        let told = different
            .iter()
            .find(|(c, _)| *c == id)
            .map_or("2", |(_, r)| r);
        pairs.push((format!("answer/{id}//rating"), told.into()));
        pairs.push((
            format!("answer/{id}//evidence.1.text"),
            format!("Evidence of {id}"),
        ));
        if told == "na" {
            pairs.push((format!("answer/{id}//because"), "We do not do this".into()));
        }
    }
    post(visitor, &at, &pairs).await
}

async fn rate_all(world: &World, lead: &mut Visitor, path: &str, different: &[(&str, &str)]) {
    for domain in domains(world) {
        let page = rate(world, lead, path, &domain, different).await;
        assert_eq!(
            page.status,
            StatusCode::SEE_OTHER,
            "{domain}: {}",
            page.body
        );
    }
}

/// The value of the option whose words begin so.
fn option(body: &str, name: &str) -> String {
    body.split("<option value=\"")
        .skip(1)
        .filter_map(|rest| rest.split_once('"'))
        .find(|(_, words)| words.contains(&format!(">{name},")))
        .map(|(value, _)| value.to_owned())
        .unwrap_or_else(|| panic!("no option {name} in {body}"))
}

async fn give(visitor: &mut Visitor, path: &str, name: &str, part: &str, of: &[&str]) -> Page {
    let at = format!("{path}/people");
    let shown = visitor.get(&at).await;
    let person = option(&shown.body, name);
    let mut pairs = vec![("do", "add"), ("person", person.as_str()), ("part", part)];
    pairs.extend(of.iter().map(|d| ("domain", *d)));
    pairs.push(("password", PASSWORD));
    visitor.post(&at, &pairs).await
}

async fn step(visitor: &mut Visitor, path: &str, step: &str) -> Page {
    visitor
        .post(&format!("{path}/step"), &[("step", step)])
        .await
}

/// The challenger agrees with everything that waits.
async fn agree(world: &World, challenger: &mut Visitor, path: &str) {
    for domain in domains(world) {
        let at = format!("{path}/challenge/{domain}");
        let pairs = seen(world, challenger, &at, &domain).await;
        let page = post(challenger, &at, &pairs).await;
        assert_eq!(
            page.status,
            StatusCode::SEE_OTHER,
            "{domain}: {}",
            page.body
        );
    }
}

async fn seen(
    world: &World,
    visitor: &mut Visitor,
    at: &str,
    domain: &str,
) -> Vec<(String, String)> {
    let shown = visitor.clone().get(at).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.body);
    let mut pairs: Vec<(String, String)> = criteria(world, domain)
        .into_iter()
        .map(|id| format!("seen/{id}"))
        .map(|name| (name.clone(), shown.value(&name)))
        .collect();
    pairs.push(("then".into(), "agree-rest".into()));
    pairs
}

async fn add_action(visitor: &mut Visitor, path: &str, criterion: &str, year: &str) -> Page {
    let at = format!("{path}/actions");
    let shown = visitor.get(&at).await;
    let (id, owner) = (shown.value("id"), option(&shown.body, "Mo Manager"));
    let pairs = [
        ("id", id.as_str()),
        ("criterion", criterion),
        ("what", "Write it down"),
        ("owner", owner.as_str()),
        ("due/day", "1"),
        ("due/month", "3"),
        ("due/year", year),
    ];
    visitor.post(&at, &pairs).await
}

pub async fn sign(visitor: &mut Visitor, path: &str, name: &str) -> Page {
    visitor
        .sign(&format!("{path}/sign"), name, &[("decision", "sign")])
        .await
}

/// An assessment that waits for the executive: all rated 2, seen by Ada as the challenger.
pub async fn to_sign_off(world: &World, lead: &mut Visitor) -> String {
    let path = open(world, lead, "Northmere").await;
    rate_all(world, lead, &path, &[]).await;
    assert_eq!(
        give(lead, &path, "Ada Author", "challenger", &[])
            .await
            .status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(
        step(lead, &path, "ask-for-challenge").await.status,
        StatusCode::SEE_OTHER
    );
    let mut challenger = world.signed_in(AUTHOR).await;
    agree(world, &mut challenger, &path).await;
    let page = step(lead, &path, "ask-for-sign-off").await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    path
}
