//! What every answer must carry, walked over every route, error page, asset and paper.

use crate::assessments;
use crate::matrix::{Filling, ROUTES, add, entry_and_paper};
use crate::support::{
    AUTHOR, DOCTOR, FACTS, MANAGER, PASSWORD, Page, Visitor, World, to_final_check,
};
use axum::body::Body;
use axum::http::{Method, header};
use conditional_discharge::domain::people::Role;
use conditional_discharge::server::store::{organisations, people};

/// Everything that is wrong with an answer's headers, cookies, links and scripts.
fn faults(path: &str, page: &Page, secure: bool) -> Vec<String> {
    let mut faults = Vec::new();
    let get = |name: &str| {
        let all: Vec<&str> = page
            .headers
            .get_all(name)
            .iter()
            .map(|v| v.to_str().unwrap())
            .collect();
        all.join(" || ")
    };
    let mut must = |sound: bool, what: &str| {
        if !sound {
            faults.push(format!("{path} {}: {what}", page.status));
        }
    };
    let policy = get("content-security-policy");
    for part in [
        "default-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action",
    ] {
        must(
            policy.contains(part),
            &format!("policy lacks {part}: {policy}"),
        );
    }
    for part in ["unsafe-inline", "'unsafe-eval'", "*", "data:", "||"] {
        must(
            !policy.contains(part),
            &format!("policy has {part}: {policy}"),
        );
    }
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        must(get(name) == value, &format!("{name} is {:?}", get(name)));
    }
    must(
        get("permissions-policy").contains("camera=()"),
        "permissions policy",
    );
    let hsts = get("strict-transport-security");
    must(
        hsts.contains("max-age=31536000") == secure,
        &format!("hsts {hsts:?}"),
    );
    let public = path.starts_with("/pkg/") || matches!(path, "/favicon.svg" | "/session.js");
    must(
        public || get("cache-control") == "no-store",
        &format!("cache-control {:?}", get("cache-control")),
    );
    for name in ["server", "x-powered-by", "access-control-allow-origin"] {
        must(!page.headers.contains_key(name), &format!("says {name}"));
    }
    let kind = get("content-type");
    must(page.bytes.is_empty() || !kind.is_empty(), "no content type");
    must(
        !kind.starts_with("text/") || kind.ends_with("charset=utf-8"),
        &format!("no charset: {kind}"),
    );
    for cookie in page.headers.get_all(header::SET_COOKIE) {
        let cookie = cookie.to_str().unwrap();
        let name = if secure { "__Host-" } else { "" };
        must(
            cookie.starts_with(name),
            &format!("cookie's name: {cookie}"),
        );
        for part in ["; HttpOnly", "; SameSite=Lax", "; Path=/"] {
            must(cookie.contains(part), &format!("cookie lacks {part}"));
        }
        must(!cookie.contains("Domain"), "cookie has a domain");
        must(
            cookie.contains("; Secure") == secure,
            &format!("cookie's Secure: {cookie}"),
        );
    }
    let disposition = get("content-disposition");
    if let Some((_, name)) = disposition.split_once("filename=\"") {
        let name = name.trim_end_matches('"');
        let safe = |c: char| c.is_ascii_alphanumeric() || "-.".contains(c);
        must(
            name.chars().all(safe) && !name.starts_with('.'),
            &format!("file name {name}"),
        );
    }
    if kind.starts_with("text/html") {
        for link in page
            .body
            .split("<a ")
            .skip(1)
            .map(|a| &a[..a.find('>').unwrap_or(0)])
        {
            let out = link.contains("href=\"http") || link.contains("href=\"//");
            must(
                !out || link.contains("noopener"),
                &format!("link out: {link}"),
            );
            must(
                !link.contains("javascript:"),
                &format!("script in a link: {link}"),
            );
        }
        for script in page
            .body
            .split("<script")
            .skip(1)
            .map(|a| &a[..a.find('>').unwrap_or(0)])
        {
            must(
                script.contains("nonce=") || script.contains("src=\"/"),
                &format!("script without nonce: {script}"),
            );
        }
        for handler in [" onclick=", " onerror=", " onload=", " style=\""] {
            must(!page.body.contains(handler), &format!("inline{handler}"));
        }
    }
    faults
}

/// What the walks are about: all of it is there but the report, which is to be frozen first.
async fn filling(world: &World, author: &mut Visitor) -> Filling {
    let (entry, paper) = entry_and_paper(world, author).await;
    assessments::add_people(world).await;
    let mut lead = world.signed_in(assessments::LEAD).await;
    let assessment = assessments::open(world, &mut lead, "Northmere").await;
    let organisation = organisations::named(&world.app.db, "Northmere").await;
    // Nobody who walks: an administrator can end this person's sessions.
    let person = people::by_email(&world.app.db, DOCTOR).await.unwrap();
    Filling {
        patient: world.patient.clone(),
        report: "0192-missing".into(),
        assessment: assessment.trim_start_matches("/assessments/").into(),
        entry,
        paper,
        organisation: organisation.unwrap().unwrap().to_string(),
        person: person.unwrap().id.to_string(),
        object: "0192-missing".into(),
    }
}

const EVERY_METHOD: &[&str] = &["GET", "POST", "PUT", "DELETE", "OPTIONS", "TRACE"];

/// Walks every route; gives what is wrong, and how many pages somebody got to see.
async fn walk(
    visitor: &mut Visitor,
    filling: &Filling,
    tried: &[&str],
    secure: bool,
) -> (Vec<String>, usize) {
    let (mut found, mut seen) = (Vec::new(), 0);
    for (route, methods) in ROUTES.iter().filter(|(route, _)| *route != "/sign-out") {
        for method in tried {
            let path = filling.path(route);
            let body = if *method == "POST" { "x=1" } else { "" };
            let request = visitor
                .request(method, &path)
                .body(Body::from(body))
                .unwrap();
            let page = visitor.send(request).await;
            found.extend(faults(&path, &page, secure));
            let known = methods.split(' ').any(|m| m == *method);
            if !known && page.status.is_success() {
                found.push(format!("{method} {path} answered {}", page.status));
            }
            seen += usize::from(*method == "GET" && page.status.is_success());
        }
    }
    (found, seen)
}

async fn walk_everything(flags: &[&str], secure: bool) {
    let world = World::started("sqlite", flags).await;
    let mut author = world.signed_in(AUTHOR).await;
    let mut filling = filling(&world, &mut author).await;
    let mut visitor = world.visitor();
    let (mut found, _) = walk(&mut visitor, &filling, EVERY_METHOD, secure).await;
    let (report, mut author) = to_final_check(&world).await;
    let page = author.sign(&format!("{report}/freeze"), "", &FACTS).await;
    found.extend(faults("freeze", &page, secure));
    filling.report = report.trim_start_matches("/reports/").to_owned();
    for page in [".pdf", ".html", ".json"] {
        let page = author.get(&format!("{report}/paper{page}")).await;
        assert!(page.status.is_success(), "papers are there");
    }
    let (its, seen) = walk(&mut author, &filling, EVERY_METHOD, secure).await;
    found.extend(its);
    assert!(seen > 60, "the author saw {seen} pages only");
    for (email, role, least) in [
        (MANAGER, None, 60),
        ("administrator@x", Some(Role::Administrator), 30),
        ("auditor@x", Some(Role::Auditor), 30),
        (assessments::LEAD, None, 30),
    ] {
        if let Some(role) = role {
            add(&world, email, role, "Northmere", "Tarnbeck").await;
        }
        let mut visitor = world.signed_in(email).await;
        let (its, seen) = walk(&mut visitor, &filling, &["GET", "POST"], secure).await;
        found.extend(its);
        assert!(seen > least, "{email} saw {seen} pages only");
        assert_eq!(visitor.get("/").await.status, 200, "{email} is still there");
    }
    // Errors of every kind.
    let contact = format!("{report}/sections/contact");
    for path in [
        "/reports/%FF",
        "/reports/%00",
        "/nowhere",
        "/pkg/../x.css",
        "/pkg/none.js",
        "/api/none",
        "/..%2f..%2fetc%2fpasswd",
    ] {
        let page = author.get(path).await;
        assert!(
            page.status.is_client_error() && page.body.contains("<h1"),
            "{path}: {} {}",
            page.status,
            page.body
        );
        found.extend(faults(path, &page, secure));
    }
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("origin", "https://evil.example"),
        ("x-none", "1"),
    ] {
        let request = axum::http::Request::builder()
            .method(Method::POST)
            .uri(&contact);
        let request = request
            .header(header::HOST, "127.0.0.1:3000")
            .header(name, value);
        let page = author.send(request.body(Body::from("x=1")).unwrap()).await;
        assert!(
            page.status == 403 && page.body.contains("<h1"),
            "{name}: {}",
            page.body
        );
        found.extend(faults(name, &page, secure));
    }
    for body in [
        vec![b'x'; 5 * 1024 * 1024],
        b"x=%FF".to_vec(),
        b"a=1&".repeat(10_001),
    ] {
        let request = author
            .request("POST", &contact)
            .body(Body::from(body))
            .unwrap();
        let page = author.send(request).await;
        assert!(page.status.is_client_error());
        found.extend(faults("bad body", &page, secure));
    }
    let wrong = [("email", AUTHOR), ("password", "wrong")];
    for _ in 0..6 {
        let page = world.visitor().post("/sign-in", &wrong).await;
        found.extend(faults("wrong password", &page, secure));
    }
    let page = author.post("/sign-out", &[]).await;
    assert!(
        page.headers["clear-site-data"]
            .to_str()
            .unwrap()
            .contains("\"storage\""),
        "14.3.1"
    );
    found.extend(faults("sign-out", &page, secure));
    assert!(
        found.is_empty(),
        "{} faults:\n{}",
        found.len(),
        found.join("\n")
    );
}

#[tokio::test]
async fn asvs_3_4_every_answer_carries_the_headers() {
    walk_everything(&[], false).await;
}

#[tokio::test]
async fn asvs_3_3_1_and_3_4_1_cookies_and_hsts_with_tls() {
    walk_everything(&["--origin", "https://reports.example.org"], true).await;
}

#[tokio::test]
async fn asvs_3_4_3_a_nonce_is_used_once() {
    let world = World::new("sqlite").await;
    let mut author = world.signed_in(AUTHOR).await;
    let report = author.begin(&world.patient).await;
    let nonces = async |visitor: &mut Visitor| {
        let page = visitor.get(&format!("{report}/sections/contact")).await;
        let policy = page.headers["content-security-policy"]
            .to_str()
            .unwrap()
            .to_owned();
        policy
            .split("'nonce-")
            .nth(1)
            .unwrap()
            .split('\'')
            .next()
            .unwrap()
            .to_owned()
    };
    let (first, second) = (nonces(&mut author).await, nonces(&mut author).await);
    assert!(first.len() >= 20 && first != second);
}

#[test]
fn asvs_14_3_3_no_script_of_ours_names_a_browsers_storage() {
    let mut scripts = 0;
    let mut folders = vec![std::path::PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src"
    ))];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            // What runs in a browser: plain scripts, and the islands.
            let island = path.parent().is_some_and(|p| p.ends_with("islands"));
            if path.extension().is_some_and(|e| e == "js") || island {
                scripts += 1;
                let text = std::fs::read_to_string(&path).unwrap().to_lowercase();
                for storage in [
                    "localstorage",
                    "local_storage",
                    "sessionstorage",
                    "session_storage",
                    "indexeddb",
                    "indexed_db",
                    "document.cookie",
                    "caches.",
                ] {
                    assert!(!text.contains(storage), "{}: {storage}", path.display());
                }
            }
        }
    }
    assert!(scripts >= 3, "{scripts}");
}

#[tokio::test]
async fn asvs_7_2_4_a_planted_session_is_not_taken_up() {
    let world = World::started("sqlite", &["--origin", "https://reports.example.org"]).await;
    let planted = "__Host-session=0000000000000000000000000000000000000000000000000000000000000000";
    let mut visitor = world.visitor();
    visitor.cookie = Some(planted.to_owned());
    visitor
        .post("/sign-in", &[("email", AUTHOR), ("password", PASSWORD)])
        .await;
    let given = visitor.cookie.clone().unwrap();
    assert!(given.starts_with("__Host-session=") && given != planted);
    let mut thief = world.visitor();
    thief.cookie = Some(planted.to_owned());
    assert_eq!(thief.get("/").await.location(), "/sign-in");
    // Without the prefix, a cookie that another site of the same domain could set is not a session.
    thief.cookie = Some(given.replace("__Host-session", "session"));
    assert_eq!(thief.get("/").await.location(), "/sign-in");
}
