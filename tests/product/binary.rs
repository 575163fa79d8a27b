//! The one binary, run as an operator runs it.

use crate::support::{FACTS, World, to_final_check};
use conditional_discharge::domain::report::findings::Finding;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn binary() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_conditional-discharge"));
    command
        .env_remove("RUST_BACKTRACE")
        .env_remove("CD_DATABASE");
    command
}

fn run(args: &[&str]) -> Output {
    binary().args(args).output().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn help_names_every_setting_with_its_environment_variable() {
    let help = run(&["serve", "--help"]);
    let text = String::from_utf8_lossy(&help.stdout).into_owned();
    for name in [
        "CD_DATABASE",
        "CD_LISTEN",
        "CD_ORIGIN",
        "CD_FORMS",
        "CD_IDLE_MINUTES",
        "CD_SESSION_HOURS",
        "CD_LOG_FORMAT",
    ] {
        assert!(text.contains(name), "{name}: {text}");
    }
    let all = String::from_utf8_lossy(&run(&["--help"]).stdout).into_owned();
    for command in [
        "serve", "demo", "form", "paper", "case", "user", "sign-on", "audit",
    ] {
        assert!(all.contains(command), "{command}");
    }
}

#[test]
fn a_bad_setting_stops_the_start_with_one_line() {
    for args in [
        vec!["serve", "--listen", "0.0.0.0:0"],
        vec!["serve", "--database", "mysql://x"],
        vec!["serve", "--database", "sqlite:/proc/nowhere/x.db"],
        vec!["demo", "--listen", "0.0.0.0:3000"],
        vec!["demo", "--today", "2026-02-01"],
        vec!["serve", "--forms", "/no/such/folder"],
    ] {
        let output = run(&args);
        assert!(!output.status.success(), "{args:?}");
        assert_eq!(
            stderr(&output).trim().lines().count(),
            1,
            "{args:?}: {}",
            stderr(&output)
        );
    }
}

#[test]
fn a_broken_form_file_is_named_with_file_line_question_and_reason() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("broken.toml");
    let text = std::fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/forms/short.2026-01-05.toml"),
    )
    .unwrap();
    std::fs::write(
        &file,
        text.replacen("kind = \"narrative\"", "kind = \"prose\"", 1),
    )
    .unwrap();
    let output = run(&["form", "check", file.to_str().unwrap()]);
    assert!(!output.status.success());
    let first = stderr(&output).lines().next().unwrap().to_owned();
    assert!(
        first.contains("broken.toml:")
            && first.contains("question `contact-summary`")
            && first.contains("prose"),
        "{first}"
    );
    let serve = run(&[
        "serve",
        "--database",
        "sqlite::memory:",
        "--forms",
        folder.path().to_str().unwrap(),
    ]);
    assert!(!serve.status.success() && stderr(&serve).contains("contact-summary"));
    let sound = run(&[
        "form",
        "check",
        concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/src/forms/progress-report.2026-11-22.toml"
        ),
    ]);
    assert!(sound.status.success(), "{}", stderr(&sound));
}

#[test]
fn standards_are_checked_like_forms() {
    let sound = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src/forms/quality-framework.2026-11-22.toml"
    );
    let output = run(&["form", "check", sound]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success() && said.contains("12 domains, 62 criteria: sound"),
        "{said}{}",
        stderr(&output)
    );
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("short.toml");
    let text = std::fs::read_to_string(sound).unwrap();
    let end = text.find("[[domain]]\nid = \"D12\"").unwrap();
    std::fs::write(&file, &text[..end]).unwrap();
    let output = run(&["form", "check", file.to_str().unwrap()]);
    assert!(!output.status.success());
    assert!(
        stderr(&output).contains("lists `D12`"),
        "{}",
        stderr(&output)
    );
    let serve = run(&[
        "serve",
        "--database",
        "sqlite::memory:",
        "--forms",
        folder.path().to_str().unwrap(),
    ]);
    assert!(!serve.status.success() && stderr(&serve).contains("D12"));
}

#[test]
fn the_demo_refuses_a_database_that_it_did_not_make() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("real.db");
    std::fs::write(&file, "somebody's records").unwrap();
    let output = run(&[
        "demo",
        "--database",
        &format!("sqlite:{}", file.display()),
        "--listen",
        "127.0.0.1:0",
    ]);
    assert!(
        !output.status.success() && stderr(&output).contains("was not made by the demo"),
        "{}",
        stderr(&output)
    );
    assert_eq!(
        std::fs::read_to_string(&file).unwrap(),
        "somebody's records"
    );
}

#[test]
fn checking_a_database_that_is_not_there_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("typo.db");
    let output = run(&[
        "audit",
        "verify",
        "--database",
        &format!("sqlite:{}", file.display()),
    ]);
    assert!(!output.status.success());
    assert!(!file.exists(), "a check makes nothing");
}

#[test]
fn findings_of_a_case_file_are_printed_outside_the_browser() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let case = crate::findings::demo_case("4-kelvin-strood");
    std::fs::write(at("case.json"), serde_json::to_string(&case).unwrap()).unwrap();
    std::fs::write(
        at("context.json"),
        r#"{"today": "2026-11-22", "caseload": ["Edwin Marsh"]}"#,
    )
    .unwrap();
    let output = run(&[
        "findings",
        &at("case.json"),
        "--context",
        &at("context.json"),
        "--json",
    ]);
    assert!(output.status.success(), "{}", stderr(&output));
    let found: Vec<Finding> = serde_json::from_slice(&output.stdout).unwrap();
    assert!(
        found
            .iter()
            .any(|f| f.rule.id() == "self-report-unreliable" && f.on == "b7-asked")
    );
    let lines = run(&["findings", &at("case.json")]);
    assert!(String::from_utf8_lossy(&lines.stdout).contains("consider\tmappa-past-review\t"));
    let none = run(&["findings", &at("case.json"), "--report", "no-such"]);
    assert!(!none.status.success() && stderr(&none).contains("no such report"));
    std::fs::write(at("context.json"), r#"{"todai": 1}"#).unwrap();
    let wrong = run(&[
        "findings",
        &at("case.json"),
        "--context",
        &at("context.json"),
    ]);
    assert!(
        !wrong.status.success() && stderr(&wrong).contains("todai"),
        "{}",
        stderr(&wrong)
    );
}

#[test]
fn form_check_lists_the_rules_that_a_form_cannot_feed() {
    let output = run(&["form", "check", "tests/forms/short.2026-01-05.toml"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        said.contains("rule patient-view-absent: silent, because no question means patient-view"),
        "{said}"
    );
}

#[tokio::test]
async fn papers_are_rendered_and_verified_outside_the_browser() {
    let world = World::new("sqlite").await;
    let (report, mut author) = to_final_check(&world).await;
    author.sign(&format!("{report}/freeze"), "", &FACTS).await;
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    std::fs::write(
        at("frozen.json"),
        author.get(&format!("{report}/paper.json")).await.bytes,
    )
    .unwrap();
    let stored = author.get(&format!("{report}/paper.pdf")).await.bytes;
    let output = run(&[
        "paper",
        "render",
        &at("frozen.json"),
        "--format",
        "pdf",
        "--output",
        &at("paper.pdf"),
    ]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(
        std::fs::read(at("paper.pdf")).unwrap(),
        stored,
        "the same release gives the same bytes"
    );
    assert!(
        run(&[
            "paper",
            "render",
            &at("frozen.json"),
            "--format",
            "html",
            "--output",
            &at("paper.html")
        ])
        .status
        .success()
    );

    let says = |args: &[&str]| {
        let output = run(args);
        (
            output.status.success(),
            format!(
                "{}{}",
                String::from_utf8_lossy(&output.stdout),
                stderr(&output)
            ),
        )
    };
    for name in ["paper.pdf", "paper.html", "frozen.json"] {
        assert!(
            says(&["paper", "verify", &at(name), "--database", &world.url])
                .1
                .contains("byte for byte")
                || name == "paper.html"
        );
        assert!(
            says(&["paper", "verify", &at(name), "--frozen", &at("frozen.json")]).0,
            "{name}"
        );
    }
    let mut altered = stored.clone();
    let middle = altered.len() / 2;
    altered[middle] ^= 1;
    std::fs::write(at("altered.pdf"), altered).unwrap();
    for by in [["--database", &world.url], ["--frozen", &at("frozen.json")]] {
        let (sound, words) = says(&["paper", "verify", &at("altered.pdf"), by[0], by[1]]);
        assert!(!sound && words.contains("was altered"), "{words}");
    }
    std::fs::write(at("other.pdf"), b"%PDF-1.7 something else").unwrap();
    let (sound, words) = says(&[
        "paper",
        "verify",
        &at("other.pdf"),
        "--database",
        &world.url,
    ]);
    assert!(
        !sound && words.contains("no paper or frozen report"),
        "{words}"
    );
    let (sound, words) = says(&["paper", "verify", &at("paper.pdf")]);
    assert!(!sound && words.contains("cannot tell"), "{words}");
}

#[test]
fn users_cases_and_the_audit_from_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let database = format!("sqlite:{}", at("ops.db"));
    for (email, name, role) in [
        (
            "author@northmere.example.org",
            "Ada Author",
            "social-supervisor",
        ),
        (
            "doctor@northmere.example.org",
            "Dr Dee Doctor",
            "clinical-supervisor",
        ),
    ] {
        let mut add = binary()
            .args([
                "user",
                "add",
                "--database",
                &database,
                "--email",
                email,
                "--name",
                name,
                "--job-title",
                "x",
            ])
            .args([
                "--organisation",
                "Northmere",
                "--team",
                "Tarnbeck",
                "--role",
                role,
                "--second-factor",
                "no",
            ])
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        add.stdin
            .take()
            .unwrap()
            .write_all(b"correct horse battery staple\n")
            .unwrap();
        assert!(add.wait().unwrap().success());
    }
    let forms = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/forms");
    let text = include_str!("case.json").replace("{NAME}", "Quillfeather");
    std::fs::write(at("case.json"), &text).unwrap();
    let import = |file: &str| {
        run(&[
            "case",
            "import",
            &at(file),
            "--database",
            &database,
            "--organisation",
            "Northmere",
            "--team",
            "Tarnbeck",
            "--forms",
            forms,
        ])
    };
    assert!(import("case.json").status.success());
    assert!(
        stderr(&import("case.json")).contains("mhcs-reference"),
        "twice is refused"
    );
    std::fs::write(at("broken.json"), text.replace("2012-03-04", "2012-03-94")).unwrap();
    let broken = import("broken.json");
    assert!(
        !broken.status.success() && stderr(&broken).contains("line "),
        "{}",
        stderr(&broken)
    );
    let export = run(&[
        "case",
        "export",
        "--database",
        &database,
        "--organisation",
        "Northmere",
        "--reference",
        "TEST/09001",
        "--output",
        &at("out.json"),
    ]);
    assert!(export.status.success(), "{}", stderr(&export));
    let out: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(at("out.json")).unwrap()).unwrap();
    assert_eq!(out["record"]["family-name"], "Quillfeather");
    let verify = run(&["audit", "verify", "--database", &database]);
    assert!(
        verify.status.success() && String::from_utf8_lossy(&verify.stdout).contains("rows hold")
    );
}

#[test]
fn sigterm_finishes_what_is_in_flight_and_leaves_cleanly() {
    let folder = tempfile::tempdir().unwrap();
    let mut serve = binary()
        .args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--database",
            &format!("sqlite:{}/x.db", folder.path().display()),
        ])
        .env("NO_COLOR", "1")
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut log = BufReader::new(serve.stderr.take().unwrap()).lines();
    let listening = log
        .find(|line| line.as_ref().is_ok_and(|l| l.contains("listening")))
        .unwrap()
        .unwrap();
    let address = listening
        .split_once("address=")
        .unwrap()
        .1
        .trim()
        .to_owned();
    // "100 Continue" says that the server has begun to read this request.
    let mut slow = TcpStream::connect(&address).unwrap();
    let head = format!(
        "POST /sign-in HTTP/1.1\r\nhost: {address}\r\norigin: http://{address}\r\nexpect: 100-continue\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: 9\r\nconnection: close\r\n\r\n"
    );
    slow.write_all(head.as_bytes()).unwrap();
    let mut begun = [0u8; 12];
    slow.read_exact(&mut begun).unwrap();
    assert_eq!(&begun, b"HTTP/1.1 100");
    assert!(
        Command::new("kill")
            .args(["-TERM", &serve.id().to_string()])
            .status()
            .unwrap()
            .success()
    );
    slow.write_all(b"email=a@b").unwrap();
    let mut answer = String::new();
    slow.read_to_string(&mut answer).unwrap();
    assert!(
        answer.contains("422") && answer.contains("There is a problem"),
        "{answer}"
    );
    assert!(serve.wait().unwrap().success());
    assert!(log.any(|line| line.is_ok_and(|l| l.contains("stopped"))));
}
