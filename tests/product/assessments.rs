//! Self-assessments from opening to the next year's, on both databases: the cycle, two who write at
//! once, wrong people, other organisations, and everything that can be typed wrongly.

use crate::support::{
    AUTHOR, MANAGER, PASSWORD, Page, STRANGER, Visitor, World, on_both, versions,
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

#[tokio::test]
async fn a_whole_cycle_from_opening_to_next_years() {
    on_both(async |world| {
        add_people(&world).await;
        let mut lead = world.signed_in(LEAD).await;
        let path = open(&world, &mut lead, "Northmere").await;

        // Parts: a contributor for D1, a challenger.
        assert_eq!(give(&mut lead, &path, "Mo Manager", "contributor", &["D1"]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(give(&mut lead, &path, "Ada Author", "challenger", &[]).await.status, StatusCode::SEE_OTHER);
        let mut contributor = world.signed_in(MANAGER).await;
        let page = rate(&world, &mut contributor, &path, "D1", &[("1.1", "1"), ("1.5", "na")]).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        let page = post(&mut contributor, &format!("{path}/domains/D2"), &[]).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);

        // Not ready: what is missing is named.
        let page = step(&mut lead, &path, "ask-for-challenge").await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.body.contains("2.1 has no complete rating") && !page.body.contains(">1.1 has no"));
        for domain in domains(&world).iter().filter(|d| *d != "D1") {
            let page = rate(&world, &mut lead, &path, domain, &[("7.1", "3")]).await;
            assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        }
        let page = step(&mut lead, &path, "ask-for-challenge").await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);

        // The second view: one dispute, the rest agreed.
        let mut challenger = world.signed_in(AUTHOR).await;
        let at = format!("{path}/challenge/D7");
        let mut pairs = seen(&world, &mut challenger, &at, "D7").await;
        pairs.push(("view/7.1".into(), "dispute".into()));
        pairs.push(("proposed/7.1".into(), "1".into()));
        pairs.push(("reason/7.1".into(), "Two records have no level".into()));
        assert_eq!(post(&mut challenger, &at, &pairs).await.status, StatusCode::SEE_OTHER);
        agree(&world, &mut challenger, &path).await;
        let page = step(&mut lead, &path, "ask-for-sign-off").await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.body.contains("7.1 is disputed"), "{}", page.body);
        assert!(page.body.contains("1.1 is Type 1 and rated 1: it demands an action"));

        // The lead settles; both views stay.
        let shown = lead.get(&at).await;
        let version = shown.value("seen/7.1");
        let page = lead
            .post(&at, &[("seen/7.1", version.as_str()), ("settle/7.1", "2"), ("reason/7.1", "Agreed between us")])
            .await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        let shown = lead.get(&at).await;
        assert!(shown.body.contains("Two records have no level") && shown.body.contains("Agreed between us"));
        assert_eq!(add_action(&mut lead, &path, "1.1", "2027").await.status, StatusCode::SEE_OTHER);
        let page = step(&mut lead, &path, "ask-for-sign-off").await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);

        // The executive gives it back once, then signs.
        let mut executive = world.signed_in(EXECUTIVE).await;
        let page = sign(&mut executive, &path, "Somebody Else").await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.body.contains("Type your full name, Exa Cutive"));
        let page = sign(&mut executive, &path, "Exa Cutive").await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        let overview = executive.get(&path).await;
        assert!(overview.body.contains("Six-month review due"), "{}", overview.body);

        // Frozen: papers are the stored bytes, and nothing changes any more.
        let first = executive.get(&format!("{path}/papers/assessment.pdf")).await;
        assert!(first.bytes.starts_with(b"%PDF"));
        world.app.clock.advance(TimeDelta::minutes(20));
        let again = executive.get(&format!("{path}/papers/assessment.pdf")).await;
        assert_eq!(first.bytes, again.bytes);
        let page = rate(&world, &mut lead.clone(), &path, "D1", &[]).await;
        assert_eq!(page.status, StatusCode::CONFLICT);
        assert!(page.body.contains("signed and frozen"), "{}", page.body);
        let page = challenger.post(&at, &[("view/7.1", "dispute")]).await;
        assert_eq!(page.status, StatusCode::CONFLICT);
        assert!(page.body.contains("signed and frozen"));
        for sql in [
            "update assessment_rating set fields = '{}'",
            "delete from assessment_rating",
            "update frozen_assessment set json = '{}'",
            "delete from assessment_paper",
            "update assessment_remark set reason = ''",
            "delete from assessment_signature",
            "update assessment_rating_version set fields = '{}'",
        ] {
            assert!(world.tamper(sql).await.is_err(), "{sql}");
        }

        // The plan goes on; overdue is seen by owner, lead and executive.
        world.app.clock.advance(TimeDelta::days(150));
        let mut owner = world.signed_in(MANAGER).await;
        let mut lead = world.signed_in(LEAD).await;
        let mut executive = world.signed_in(EXECUTIVE).await;
        for visitor in [&mut owner, &mut lead, &mut executive] {
            let page = visitor.get("/actions").await;
            assert!(page.body.contains("Overdue by") && page.body.contains("Write it down"), "{}", page.body);
        }
        assert!(lead.get(&path).await.body.contains("1 action is overdue"));

        // The six-month review, then the next year with this one beside it and the action carried over.
        let page = lead.post(&format!("{path}/review"), &[("note", "")]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        let page = lead.post(&format!("{path}/review"), &[("note", "Half of it is done")]).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        let next = open(&world, &mut lead, "Northmere").await;
        assert_ne!(next, path);
        let shown = lead.get(&format!("{next}/domains/D7")).await;
        assert!(shown.body.contains("In the assessment to 20 November 2026: 2"), "{}", shown.body);
        let plan = lead.get(&format!("{next}/actions")).await;
        assert!(plan.body.contains("Write it down") && plan.body.contains("carried over"));
        rate(&world, &mut lead, &next, "D7", &[("7.1", "3")]).await;
        let compared = lead.get(&format!("{next}/compare")).await;
        assert!(compared.body.contains("Up 1") && compared.body.contains("1 rose, 0 fell, 4 stayed"), "{}", compared.body);
        assert_eq!(world.count("select count(*) from audit where action = 'sign-assessment' and outcome = 'done'").await, 1);
        assert!(world.count("select count(*) from audit where action = 'rate-criteria'").await >= 12);
    })
    .await;
}

#[tokio::test]
async fn two_who_rate_at_once_lose_nothing() {
    on_both(async |world| {
        add_people(&world).await;
        let mut lead = world.signed_in(LEAD).await;
        let path = open(&world, &mut lead, "Northmere").await;
        let at = format!("{path}/domains/D8");
        give(&mut lead, &path, "Mo Manager", "contributor", &["D8"]).await;
        let mut contributor = world.signed_in(MANAGER).await;
        let shown = contributor.get(&at).await;
        assert_eq!(
            rate(&world, &mut lead, &path, "D8", &[]).await.status,
            StatusCode::SEE_OTHER
        );
        let mut pairs = versions(&shown.body);
        pairs.push(("answer/8.1//rating".into(), "0".into()));
        pairs.push((
            "answer/8.1//evidence.1.text".into(),
            "Mine <b>own</b>".into(),
        ));
        let page = post(&mut contributor, &at, &pairs).await;
        assert_eq!(page.status, StatusCode::CONFLICT);
        for text in [
            "Mine &lt;b>own",
            "Evidence of 8.1",
            "Saved by Leo Lead",
            "Nothing was overwritten",
        ] {
            assert!(page.body.contains(text), "{text} in {}", page.body);
        }
        assert!(lead.get(&at).await.body.contains("Evidence of 8.1"));
        // Saving that page again is a choice made with both in view.
        let mut pairs = versions(&page.body);
        pairs.push(("answer/8.1//rating".into(), "1".into()));
        pairs.push(("answer/8.1//evidence.1.text".into(), "Both".into()));
        for id in ["8.2", "8.3", "8.4"] {
            pairs.push((format!("answer/{id}//rating"), "2".into()));
            pairs.push((
                format!("answer/{id}//evidence.1.text"),
                format!("Evidence of {id}"),
            ));
        }
        assert_eq!(
            post(&mut contributor, &at, &pairs).await.status,
            StatusCode::SEE_OTHER
        );
        assert_eq!(
            world
                .count("select count(*) from assessment_rating_version where criterion = '8.1'")
                .await,
            2
        );
        // A form that does not say what it saw overwrites nothing.
        let page = post(
            &mut contributor,
            &at,
            &[("answer/8.1//rating".into(), "3".into())],
        )
        .await;
        assert_eq!(page.status, StatusCode::CONFLICT);
    })
    .await;
}

#[tokio::test]
async fn what_is_typed_wrongly_is_told_and_kept() {
    on_both(async |world| {
        add_people(&world).await;
        let mut lead = world.signed_in(LEAD).await;
        let at = format!(
            "/assessments/open/{}",
            organisation(&world, "Northmere").await
        );
        // A period of no days; a kind that is none; a directorate without name or teams.
        let id = lead.get(&at).await.value("id");
        let mut none = vec![("id", id.as_str()), ("kind", "organisation")];
        none.extend([
            ("from/day", "20"),
            ("from/month", "11"),
            ("from/year", "2026"),
        ]);
        none.extend([("to/day", "20"), ("to/month", "11"), ("to/year", "2026")]);
        let page = lead.post(&at, &none).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            page.body.contains("The period has no days"),
            "{}",
            page.body
        );
        let mut bad = vec![("id", id.as_str()), ("kind", "everything")];
        bad.extend(PERIOD);
        assert!(
            lead.post(&at, &bad)
                .await
                .body
                .contains("Choose what it covers")
        );
        let mut bad = vec![("id", id.as_str()), ("kind", "directorate"), ("name", " ")];
        bad.extend(PERIOD);
        assert!(
            lead.post(&at, &bad)
                .await
                .body
                .contains("directorate’s name")
        );
        let path = open(&world, &mut lead, "Northmere").await;
        // A second one for the same part of the organisation is not opened.
        let id = lead.get(&at).await.value("id");
        let mut again = vec![("id", id.as_str()), ("kind", "organisation")];
        again.extend(PERIOD);
        let page = lead.post(&at, &again).await;
        assert_eq!(page.status, StatusCode::CONFLICT);
        assert!(page.body.contains(&path));

        let domain = format!("{path}/domains/D1");
        let long = format!("https://example.org/{}", "x".repeat(2_000));
        for (field, value, told) in [
            ("rating", "4", "Choose a rating from 0 to 3"),
            ("rating", "na", "Say why this does not apply"),
            (
                "evidence.1.link",
                "javascript:alert(1)",
                "The link must begin with https://",
            ),
            (
                "evidence.1.link",
                &long,
                "A link can have up to 2,000 characters",
            ),
            ("evidence.2.day", "32", "1.1:"),
        ] {
            let shown = lead.get(&domain).await;
            let mut pairs = versions(&shown.body);
            pairs.push(("answer/1.1//evidence.1.text".into(), "kept <text>".into()));
            pairs.push((format!("answer/1.1//{field}"), value.into()));
            let page = post(&mut lead, &domain, &pairs).await;
            assert_eq!(
                page.status,
                StatusCode::UNPROCESSABLE_ENTITY,
                "{field} {value}"
            );
            assert!(page.body.contains(told), "{told} in {}", page.body);
            assert!(page.body.contains("kept &lt;text>"), "{}", page.body);
            assert!(!page.body.contains("href=\"javascript"));
        }
        // Too much for a text: nothing is saved and all of it is still there.
        let shown = lead.get(&domain).await;
        let mut pairs = versions(&shown.body);
        pairs.push(("answer/1.2//rating".into(), "1".into()));
        pairs.push(("answer/1.2//evidence.1.text".into(), "y".repeat(50_001)));
        let page = post(&mut lead, &domain, &pairs).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.body.contains("Nothing was saved") && page.body.contains(&"y".repeat(50_001)));
        // Criteria of other domains and fields that are not asked are not written.
        let pairs = [
            ("version/2.1/".to_owned(), "0".to_owned()),
            ("answer/2.1//rating".into(), "3".into()),
        ];
        post(&mut lead, &domain, &pairs).await;
        assert_eq!(
            world
                .count("select count(*) from assessment_rating where criterion = '2.1'")
                .await,
            0
        );

        // Actions: who, what, when.
        let plan = format!("{path}/actions");
        let id = lead.get(&plan).await.value("id");
        let page = lead
            .post(
                &plan,
                &[("id", id.as_str()), ("criterion", "9.9"), ("due/year", "x")],
            )
            .await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        for told in [
            "Choose the criterion",
            "Say what is to be done",
            "Choose who sees to it",
        ] {
            assert!(page.body.contains(told), "{told}");
        }
        assert_eq!(
            add_action(&mut lead, &path, "1.1", "2025").await.status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        // People: whoever rated is no challenger; nobody from elsewhere.
        let shown = lead.get(&format!("{path}/people")).await;
        assert!(!shown.body.contains("Stan Stranger") && !shown.body.contains("Olga Lead"));
        let page = give(&mut lead, &path, "Leo Lead", "challenger", &[]).await;
        assert!(
            page.body.contains("cannot give the second view"),
            "{}",
            page.body
        );
        let page = give(&mut lead, &path, "Mo Manager", "contributor", &[]).await;
        assert!(page.body.contains("Tick at least one domain"));
    })
    .await;
}

#[tokio::test]
async fn only_those_with_a_part_get_in() {
    on_both(async |world| {
        add_people(&world).await;
        let mut lead = world.signed_in(LEAD).await;
        let path = open(&world, &mut lead, "Northmere").await;
        let pages = ["", "/domains/D1", "/people", "/actions", "/papers/assessment.pdf", "/compare"];
        for other in [OTHER_LEAD, OTHER_EXECUTIVE, STRANGER] {
            let mut other = world.signed_in(other).await;
            for page in pages {
                let theirs = other.get(&format!("{path}{page}")).await;
                let missing = other.get(&format!("/assessments/0192-missing{page}")).await;
                assert_eq!(theirs.status, StatusCode::NOT_FOUND, "{page}");
                assert_eq!(theirs.body, missing.body);
            }
            assert!(!other.get("/assessments").await.body.contains(&path));
            let page = other.get(&format!("/assessments/open/{}", organisation(&world, "Northmere").await)).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND);
        }
        // Of the organisation, without a part: refused, and that is on record.
        let mut manager = world.signed_in(MANAGER).await;
        assert_eq!(manager.get(&path).await.status, StatusCode::FORBIDDEN);
        assert!(world.count("select count(*) from audit where action = 'view-assessments' and outcome = 'refused'").await >= 1);
        // With a part: in, for that part only.
        give(&mut lead, &path, "Mo Manager", "contributor", &["D2"]).await;
        assert_eq!(manager.get(&path).await.status, StatusCode::OK);
        assert_eq!(rate(&world, &mut manager, &path, "D2", &[]).await.status, StatusCode::SEE_OTHER);
        for (page, pairs) in [("/step", [("step", "ask-for-challenge")]), ("/people", [("do", "add")]), ("/sign", [("decision", "sign")])] {
            assert_eq!(manager.post(&format!("{path}{page}"), &pairs).await.status, StatusCode::FORBIDDEN, "{page}");
        }
        // An executive sees and signs, and does not rate or lead.
        let mut executive = world.signed_in(EXECUTIVE).await;
        assert_eq!(executive.get(&path).await.status, StatusCode::OK);
        assert_eq!(executive.post(&format!("{path}/domains/D1"), &[]).await.status, StatusCode::FORBIDDEN);
        assert_eq!(executive.post(&format!("{path}/step"), &[("step", "return")]).await.status, StatusCode::FORBIDDEN);
        assert_eq!(executive.get(&format!("{path}/sign")).await.status, StatusCode::CONFLICT);
    })
    .await;
}

#[tokio::test]
async fn two_who_sign_at_once_sign_once() {
    on_both(async |world| {
        add_people(&world).await;
        let mut lead = world.signed_in(LEAD).await;
        let path = to_sign_off(&world, &mut lead).await;
        // Two leads who ask at once: the second is told where it stands.
        let mut second_lead = world.signed_in(SECOND_LEAD).await;
        let page = step(&mut second_lead, &path, "ask-for-sign-off").await;
        assert_eq!(page.status, StatusCode::CONFLICT);
        assert!(page.body.contains("With the executive"), "{}", page.body);
        let mut one = world.signed_in(EXECUTIVE).await;
        let mut two = world.signed_in(SECOND_EXECUTIVE).await;
        let (first, second) = tokio::join!(
            sign(&mut one, &path, "Exa Cutive"),
            sign(&mut two, &path, "Exo Cutive")
        );
        let mut statuses = [first.status, second.status];
        statuses.sort();
        assert_eq!(statuses, [StatusCode::SEE_OTHER, StatusCode::CONFLICT]);
        assert_eq!(
            world
                .count("select count(*) from assessment_signature")
                .await,
            1
        );
        assert_eq!(
            world.count("select count(*) from frozen_assessment").await,
            1
        );
    })
    .await;
}

#[tokio::test]
async fn a_page_of_an_earlier_text_signs_nothing() {
    on_both(async |world| {
        add_people(&world).await;
        let mut lead = world.signed_in(LEAD).await;
        let path = to_sign_off(&world, &mut lead).await;
        let mut executive = world.signed_in(EXECUTIVE).await;
        let seen = executive.get(&format!("{path}/sign")).await.value("seen");
        assert_eq!(
            add_action(&mut lead, &path, "3.3", "2027").await.status,
            StatusCode::SEE_OTHER
        );
        let pairs = [
            ("decision", "sign"),
            ("seen", seen.as_str()),
            ("name", "Exa Cutive"),
            ("password", PASSWORD),
        ];
        let page = executive.post(&format!("{path}/sign"), &pairs).await;
        assert_eq!(page.status, StatusCode::CONFLICT);
        assert!(
            page.body.contains("Something in it changed"),
            "{}",
            page.body
        );
        // Given back with a reason: ratings open again, and the reason is seen.
        let at = format!("{path}/sign");
        let page = executive
            .post(&at, &[("decision", "return"), ("reason", " ")])
            .await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        let page = executive
            .post(
                &at,
                &[("decision", "return"), ("reason", "D2 needs figures")],
            )
            .await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        assert!(lead.get(&path).await.body.contains("D2 needs figures"));
        assert_eq!(
            rate(&world, &mut lead, &path, "D2", &[("2.1", "1")])
                .await
                .status,
            StatusCode::SEE_OTHER
        );
        // What was agreed stays agreed; what changed needs a second view again.
        assert_eq!(
            step(&mut lead, &path, "ask-for-challenge").await.status,
            StatusCode::SEE_OTHER
        );
        let page = step(&mut lead, &path, "ask-for-sign-off").await;
        assert!(
            page.body.contains("2.1 has no second view yet") && !page.body.contains("2.2 has no"),
            "{}",
            page.body
        );
    })
    .await;
}

#[tokio::test]
async fn a_council_and_a_trust_share_one_by_agreement_of_both() {
    on_both(async |world| {
        add_people(&world).await;
        let mut lead = world.signed_in(LEAD).await;
        let path = open(&world, &mut lead, "Northmere").await;
        let at = format!("{path}/share");
        let page = lead.post(&at, &[("organisation", "Nowhere")]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(
            lead.post(&at, &[("organisation", "Harrowdene")])
                .await
                .status,
            StatusCode::SEE_OTHER
        );
        // Offered is not agreed.
        let mut other = world.signed_in(OTHER_LEAD).await;
        assert_eq!(other.get(&path).await.status, StatusCode::NOT_FOUND);
        assert!(
            other
                .get("/assessments")
                .await
                .body
                .contains("Northmere offers to share")
        );
        let mut stranger = world.signed_in(STRANGER).await;
        let answer = format!("{at}/answer");
        assert_eq!(
            stranger.post(&answer, &[("answer", "agree")]).await.status,
            StatusCode::NOT_FOUND
        );
        assert_eq!(
            other.post(&answer, &[("answer", "agree")]).await.status,
            StatusCode::SEE_OTHER
        );
        assert_eq!(other.get(&path).await.status, StatusCode::OK);
        assert_eq!(stranger.get(&path).await.status, StatusCode::FORBIDDEN);
        assert_eq!(
            give(&mut other, &path, "Stan Stranger", "contributor", &["D8"])
                .await
                .status,
            StatusCode::SEE_OTHER
        );
        assert_eq!(
            rate(&world, &mut stranger, &path, "D8", &[]).await.status,
            StatusCode::SEE_OTHER
        );
        rate_all(&world, &mut other, &path, &[]).await;
        give(&mut lead, &path, "Ada Author", "challenger", &[]).await;
        assert_eq!(
            step(&mut lead, &path, "ask-for-challenge").await.status,
            StatusCode::SEE_OTHER
        );
        let mut challenger = world.signed_in(AUTHOR).await;
        agree(&world, &mut challenger, &path).await;
        assert_eq!(
            step(&mut lead, &path, "ask-for-sign-off").await.status,
            StatusCode::SEE_OTHER
        );
        // It is frozen when an executive of each has signed.
        let mut executive = world.signed_in(EXECUTIVE).await;
        assert_eq!(
            sign(&mut executive, &path, "Exa Cutive").await.status,
            StatusCode::SEE_OTHER
        );
        assert_eq!(
            world.count("select count(*) from frozen_assessment").await,
            0
        );
        let page = sign(&mut executive, &path, "Exa Cutive").await;
        assert!(
            page.body.contains("signed it for Northmere already"),
            "{}",
            page.body
        );
        let mut otto = world.signed_in(OTHER_EXECUTIVE).await;
        let page = sign(&mut otto, &path, "Otto Cutive").await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        assert_eq!(
            world.count("select count(*) from frozen_assessment").await,
            1
        );
        assert_eq!(
            otto.get(&format!("{path}/papers/board.pdf")).await.status,
            StatusCode::OK
        );
        assert_eq!(
            otto.get("/assessments/overview").await.status,
            StatusCode::OK
        );
    })
    .await;
}

#[tokio::test]
async fn an_action_is_updated_by_its_owner_and_never_overwritten() {
    on_both(async |world| {
        add_people(&world).await;
        let mut lead = world.signed_in(LEAD).await;
        let path = open(&world, &mut lead, "Northmere").await;
        assert_eq!(
            add_action(&mut lead, &path, "1.1", "2027").await.status,
            StatusCode::SEE_OTHER
        );
        let plan = lead.get(&format!("{path}/actions")).await;
        let at = plan
            .body
            .split("href=\"/actions/")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        let at = format!("/actions/{at}");
        let mut owner = world.signed_in(MANAGER).await;
        let due = [("due/day", "1"), ("due/month", "3"), ("due/year", "2027")];
        let send = |seen: &'static str,
                    state: &'static str,
                    note: &'static str,
                    evidence: &'static str| {
            let mut pairs = vec![
                ("seen", seen),
                ("state", state),
                ("note", note),
                ("evidence", evidence),
            ];
            pairs.extend(due);
            pairs
        };
        let page = owner.post(&at, &send("0", "done", "did it", "")).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            page.body.contains("Say what shows that it is done") && page.body.contains("did it")
        );
        assert_eq!(
            owner
                .post(&at, &send("0", "under-way", "Draft is out", ""))
                .await
                .status,
            StatusCode::SEE_OTHER
        );
        let page = lead.post(&at, &send("0", "dropped", "No money", "")).await;
        assert_eq!(page.status, StatusCode::CONFLICT);
        assert!(
            page.body.contains("Draft is out") && page.body.contains("No money"),
            "{}",
            page.body
        );
        assert_eq!(
            owner
                .post(&at, &send("1", "done", "", "Minutes of May"))
                .await
                .status,
            StatusCode::SEE_OTHER
        );
        // A colleague and another organisation do not get in; an executive sees and does not write.
        let mut colleague = world.signed_in(AUTHOR).await;
        assert_eq!(colleague.get(&at).await.status, StatusCode::FORBIDDEN);
        let mut other = world.signed_in(OTHER_LEAD).await;
        assert_eq!(other.get(&at).await.status, StatusCode::NOT_FOUND);
        let mut executive = world.signed_in(EXECUTIVE).await;
        assert_eq!(executive.get(&at).await.status, StatusCode::OK);
        assert_eq!(
            executive
                .post(&at, &send("2", "open", "again", ""))
                .await
                .status,
            StatusCode::FORBIDDEN
        );
        // CSV: what looks like a formula stays text.
        let csv = lead.get(&format!("{path}/papers/actions.csv")).await;
        assert!(
            csv.body
                .contains("\"Write it down\",\"Mo Manager\",\"2027-03-01\",\"Done\""),
            "{}",
            csv.body
        );
    })
    .await;
}

#[tokio::test]
async fn papers_and_pages_say_that_the_standards_are_proposed() {
    let world = World::new("sqlite").await;
    add_people(&world).await;
    let mut lead = world.signed_in(LEAD).await;
    let path = open(&world, &mut lead, "Northmere").await;
    for page in [
        "/assessments".to_owned(),
        "/assessments/standards".into(),
        "/assessments/overview".into(),
        "/assessments/checklist/checklist.html".into(),
        path.clone(),
        format!("{path}/domains/D12"),
        format!("{path}/people"),
        format!("{path}/step"),
        format!("{path}/papers/assessment.html"),
        format!("{path}/papers/board.html"),
        format!("{path}/papers/actions.html"),
        format!("{path}/papers/ratings.csv"),
    ] {
        let shown = lead.get(&page).await;
        assert_eq!(shown.status, StatusCode::OK, "{page}: {}", shown.body);
        assert!(shown.body.contains("not the official framework"), "{page}");
    }
    for paper in ["assessment", "board", "actions"] {
        let pdf = lead.get(&format!("{path}/papers/{paper}.pdf")).await;
        assert!(pdf.bytes.starts_with(b"%PDF"), "{paper}");
        let docx = lead.get(&format!("{path}/papers/{paper}.docx")).await;
        assert!(docx.bytes.starts_with(b"PK"), "{paper}");
        assert!(
            lead.get(&format!("{path}/papers/{paper}.html"))
                .await
                .body
                .contains("Draft: not signed")
        );
    }
    assert_eq!(
        lead.get(&format!("{path}/papers/other.pdf")).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        lead.get(&format!("{path}/papers/frozen.json")).await.status,
        StatusCode::NOT_FOUND
    );
}
