//! The permission matrix: everybody tries every route, on what is theirs, on what is another
//! organisation's, and on what is not there. Both databases give the same table.
//!
//! The tables beside this file are the review: a change to a permission is a diff of `matrix.txt`, or of
//! `relations.txt` for who stands to one record in an unusual way. Run with `MATRIX=write` to write them
//! anew, from SQLite.

mod filling;
mod objects;
mod relations;
mod routes;
mod visitors;
pub mod writes;

use crate::assessments;
use crate::support::{AUTHOR, MANAGER, Page, Visitor, World};
use conditional_discharge::server::auth::sessions::digest;
use objects::{MISSING, Place, Whose, named_by};
use std::fmt::Write;
use visitors::everybody;
use writes::Peek;

pub use filling::Filling;
pub use routes::ROUTES;
pub use visitors::{add, entry_and_paper};

const ROUTER: &str = concat!(
    include_str!("../../src/server/routes.rs"),
    include_str!("../../src/server/routes/sign_on.rs"),
    include_str!("../../src/server/router.rs")
);
const GOLDEN: &str = include_str!("matrix.txt");

/// What every post carries; no form reads it.
const UNREAD: [(&str, &str); 2] = [
    ("action", "/reports/0192-missing/sections/contact"),
    ("typed", ""),
];

/// The route that ends one of one's own sessions: everybody names the manager's.
const ENDS_A_SESSION: &str = "/account/sessions";

/// Every path of the router with every method that it answers, read off the source.
fn routed() -> Vec<(&'static str, &'static str)> {
    let mut all = Vec::new();
    for rest in ROUTER.split(".route(").skip(1) {
        let mut open = 1;
        let end = rest.find(|c| {
            open += i32::from(c == '(') - i32::from(c == ')');
            open == 0
        });
        let route = &rest[..end.expect("a route ends")];
        let mut quoted = route.split('"');
        let path = quoted.nth(1).expect("a route has a path");
        let answers: String = quoted.collect();
        let said = |method: &str| {
            let mut calls = answers.match_indices(method);
            calls.any(|(at, _)| !answers[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
        };
        for (method, call) in [("GET", "get("), ("POST", "post(")] {
            if said(call) {
                all.push((path, method));
            }
        }
    }
    all
}

#[test]
fn every_route_is_in_the_matrix_with_every_method() {
    let routed = routed();
    assert!(routed.len() > 200, "{} are not all", routed.len());
    let listed = |path: &str, method: &str| {
        let mut methods = ROUTES.iter().filter(|(known, _)| *known == path);
        methods.any(|(_, methods)| methods.split(' ').any(|m| m == method))
    };
    for (path, method) in &routed {
        assert!(listed(path, method), "{method} {path} is not in the matrix");
    }
    for (path, methods) in ROUTES.iter().filter(|(p, _)| *p != "/no-such-page") {
        for method in methods.split(' ') {
            let known = routed.contains(&(*path, method));
            assert!(known, "{method} {path} is no route any more");
        }
    }
}

/// What one request is about.
#[derive(Debug, Clone, Copy)]
struct Try {
    /// The patient, the report and the assessment.
    record: Whose,
    organisation: Whose,
    /// What else the address names: a policy, a notice, an entry.
    object: Whose,
}

const fn about(record: Whose, organisation: Whose, object: Whose) -> Try {
    Try {
        record,
        organisation,
        object,
    }
}

/// What a route is tried on, in the order of the table.
fn tries(route: &str) -> &'static [Try] {
    use Whose::{Missing, Ours, Theirs};
    const OURS: Try = about(Ours, Ours, Ours);
    let of_patient = ["{entry}", "/papers/{paper}"].iter();
    let about_one = ["{patient}", "{report}", "{assessment}"];
    if route.contains("{patient}") && of_patient.clone().any(|what| route.contains(what)) {
        const ALL: &[Try] = &[
            OURS,
            about(Missing, Ours, Ours),
            about(Theirs, Ours, Ours),
            about(Ours, Ours, Missing),
        ];
        ALL
    } else if about_one.iter().any(|what| route.contains(what)) {
        const ALL: &[Try] = &[OURS, about(Missing, Ours, Ours)];
        ALL
    } else if route.contains("{organisation}") && named_by(route).is_some() {
        const ALL: &[Try] = &[
            OURS,
            about(Ours, Theirs, Theirs),
            about(Ours, Missing, Ours),
            about(Ours, Ours, Theirs),
            about(Ours, Theirs, Ours),
            about(Ours, Ours, Missing),
        ];
        ALL
    } else if route.contains("{organisation}") {
        const ALL: &[Try] = &[OURS, about(Ours, Theirs, Ours), about(Ours, Missing, Ours)];
        ALL
    } else if named_by(route).is_some() {
        const ALL: &[Try] = &[OURS, about(Ours, Ours, Theirs), about(Ours, Ours, Missing)];
        ALL
    } else {
        &[OURS]
    }
}

/// The server function: what it saves is told by the address in its body.
const AUTOSAVING: &str = "/api/{*function}";

/// Everything that is there to be tried on, and what is kept of the tries.
struct Walk {
    world: World,
    peek: Peek,
    northmere: Place,
    harrowdene: Place,
    ours: Filling,
    /// The manager's session, as somebody who saw it could name it.
    session: String,
    made: u64,
    /// Refusals that nobody will know of.
    unseen: Vec<String>,
}

impl Walk {
    async fn prepare(database: &str) -> Self {
        let world = World::new(database).await;
        let mut author = world.signed_in(AUTHOR).await;
        let report = author.begin(&world.patient).await;
        assessments::add_people(&world).await;
        let northmere = Place::northmere(&world).await;
        let harrowdene = Place::harrowdene(&world).await;
        let (entry, paper) = entry_and_paper(&world, &mut author).await;
        let manager = world.signed_in(MANAGER).await;
        let token = manager
            .cookie
            .unwrap()
            .split_once('=')
            .unwrap()
            .1
            .to_owned();
        let ours = Filling {
            patient: world.patient.clone(),
            report: report.trim_start_matches("/reports/").to_owned(),
            assessment: northmere.assessment.clone(),
            entry,
            paper,
            organisation: northmere.organisation.clone(),
            person: northmere.supervisor.clone(),
            object: MISSING.to_owned(),
        };
        Self {
            peek: Peek::into(&world).await,
            world,
            northmere,
            harrowdene,
            ours,
            session: digest(&token),
            made: 0,
            unseen: vec![],
        }
    }

    /// What stands in an address for what is tried.
    async fn filling(&mut self, route: &str, tried: Try) -> Filling {
        let mut filling = self.ours.clone();
        match tried.record {
            Whose::Ours => {}
            Whose::Theirs => filling.patient.clone_from(&self.harrowdene.patient),
            Whose::Missing => {
                for id in [
                    &mut filling.patient,
                    &mut filling.report,
                    &mut filling.assessment,
                ] {
                    MISSING.clone_into(id);
                }
            }
        }
        match tried.organisation {
            Whose::Ours => {}
            Whose::Theirs => filling
                .organisation
                .clone_from(&self.harrowdene.organisation),
            Whose::Missing => MISSING.clone_into(&mut filling.organisation),
        }
        if tried.object == Whose::Missing {
            for id in [&mut filling.entry, &mut filling.paper, &mut filling.person] {
                MISSING.clone_into(id);
            }
        } else if let Some(what) = named_by(route) {
            let place = if tried.object == Whose::Ours {
                &self.northmere
            } else {
                &self.harrowdene
            };
            self.made += 1;
            let id = objects::make(&mut self.peek, what, place, self.made).await;
            filling.person.clone_from(&place.supervisor);
            filling.object = id;
        }
        filling
    }

    /// Tries a route on one thing: its status, with a cross where something beside the audit was written.
    async fn one(
        &mut self,
        (who, visitor): (&str, &mut Visitor),
        (method, route): (&str, &str),
        tried: Try,
    ) -> String {
        let path = self.filling(route, tried).await.path(route);
        if route == "/sign-in" {
            // Everybody guesses for the first time here.
            self.peek.run("delete from throttle".into()).await;
        }
        let (written, recorded) = (self.peek.written().await, self.peek.on_record().await);
        let page = if route == ENDS_A_SESSION {
            visitor.post(&path, &[("session", &self.session)]).await
        } else {
            request(visitor, method, &path).await
        };
        let wrote = self.peek.written().await != written;
        let about_one = route.contains("{patient}") || route.contains("{report}");
        let ours = matches!(tried.record, Whose::Ours) && about_one;
        if page.status == 403 && ours && self.peek.on_record().await == recorded {
            self.unseen.push(format!("{who} {method} {route}"));
        }
        told(&page, wrote, &format!("{who} {method} {path}"))
    }

    /// What autosave tells somebody who saves text on the patient's report, on a missing one and on the
    /// self-assessment. What was not saved wrote nothing.
    async fn autosaves(&mut self, visitor: &mut Visitor) -> String {
        let text = "answer%2Fcontact-summary%2F%2Ftext=Typed";
        let mut line = Vec::new();
        for (action, typed) in [
            (
                format!("/reports/{}/sections/contact", self.ours.report),
                text,
            ),
            (format!("/reports/{MISSING}/sections/contact"), text),
            (
                format!("/assessments/{}/domains/D1", self.ours.assessment),
                "",
            ),
        ] {
            let before = self.peek.written().await;
            let pairs = [("action", action.as_str()), ("typed", typed)];
            let page = visitor.post("/api/autosave", &pairs).await;
            let told = page.body.split('"').nth(1).unwrap_or_default().to_owned();
            if told != "Saved" {
                assert_eq!(
                    self.peek.written().await,
                    before,
                    "{action}: {told} and wrote"
                );
            }
            line.push(format!("{} {told}", page.status.as_u16()));
        }
        line.join(" · ")
    }
}

async fn request(visitor: &mut Visitor, method: &str, path: &str) -> Page {
    if method == "GET" {
        visitor.get(path).await
    } else {
        visitor.post(path, &UNREAD).await
    }
}

/// The status of an answer, with a cross where something beside the audit was written. What is refused
/// writes nothing, and nor does a look.
fn told(page: &Page, wrote: bool, what: &str) -> String {
    let status = page.status.as_u16();
    let refused = (400..500).contains(&status);
    assert!(
        !(wrote && (refused || what.contains(" GET "))),
        "{what} was answered {status} and wrote"
    );
    let sign_in = page.location().starts_with("/sign-in");
    format!(
        "{status}{}{}",
        if sign_in { " sign in" } else { "" },
        if wrote { "+" } else { "" }
    )
}

/// Compares a table with the one that was looked at, or writes it anew.
fn compare(database: &str, name: &str, golden: &str, table: &str) {
    if database == "sqlite" && std::env::var("MATRIX").as_deref() == Ok("write") {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/product/");
        std::fs::write(format!("{folder}{name}"), table).unwrap();
        return;
    }
    let (was, is): (Vec<_>, Vec<_>) = (golden.lines().collect(), table.lines().collect());
    let first = was.iter().zip(&is).position(|(a, b)| a != b);
    let at = first.unwrap_or(was.len().min(is.len()));
    assert!(
        was == is,
        "{name} changed on {database}; look at it and run with MATRIX=write. Line {}:\n was {:?}\n is  {:?}",
        at + 1,
        was.get(at),
        is.get(at)
    );
}

async fn everybody_tries(database: &str) {
    let mut walk = Walk::prepare(database).await;
    let everybody = everybody(&walk.world).await;
    walk.peek.watch().await;
    let mut table = String::from(
        "# Who gets which status. On the patient's record: Northmere's · a missing one · and, of what belongs to a\n\
         # record, Northmere's under Harrowdene's patient · a missing one under Northmere's. In an organisation's own\n\
         # matters: Northmere's · Harrowdene's · a missing one's; where a thing of it is named: Northmere's there ·\n\
         # Harrowdene's there · under a missing organisation · Harrowdene's under Northmere · Northmere's under\n\
         # Harrowdene · a missing one. A thing by itself: Northmere's · Harrowdene's · a missing one; notices are the\n\
         # manager's and the stranger's, and the session to be ended is the manager's. By autosave: text on the\n\
         # patient's report · on a missing one · on Northmere's self-assessment.\n\
         # A cross says that something beside the audit was written. The report is being written. 303 to /sign-in\n\
         # for nobody; 401 keeps what was posted.\n",
    );
    for (who, mut visitor) in everybody {
        writeln!(table, "\n{who}").unwrap();
        for &(route, methods) in ROUTES {
            for method in methods.split(' ') {
                let line = if route == AUTOSAVING {
                    walk.autosaves(&mut visitor).await
                } else {
                    let mut each = Vec::new();
                    for tried in tries(route) {
                        let who = (who, &mut visitor);
                        each.push(walk.one(who, (method, route), *tried).await);
                    }
                    each.join(" · ")
                };
                writeln!(table, "  {method:<4} {route:<40} {line}").unwrap();
            }
        }
    }
    let stray = walk.world.count("select count(*) from report").await
        + walk.world.count("select count(*) from answer").await;
    assert_eq!(
        stray, 2,
        "one report was begun and one answer saved, by its author; nobody's refused post wrote anything"
    );
    let unseen = &walk.unseen;
    assert!(
        unseen.is_empty(),
        "these were refused, and nobody will know: {unseen:#?}"
    );
    compare(database, "matrix.txt", GOLDEN, &table);
}

#[tokio::test]
async fn everybody_tries_every_route() {
    everybody_tries("sqlite").await;
}

#[tokio::test]
async fn everybody_tries_every_route_on_postgres() {
    everybody_tries("postgres").await;
}
