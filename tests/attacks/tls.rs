//! TLS by the binary itself.

use super::served::Served;
use rcgen::CertifiedKey;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// Writes a fresh certificate for localhost and its key.
fn certificate(folder: &Path) -> CertificateDer<'static> {
    let CertifiedKey { cert, signing_key } =
        rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    std::fs::write(folder.join("cert.pem"), cert.pem()).unwrap();
    std::fs::write(folder.join("key.pem"), signing_key.serialize_pem()).unwrap();
    cert.der().clone()
}

async fn ask(
    served: &Served,
    trust: &CertificateDer<'static>,
    request: &str,
) -> std::io::Result<String> {
    let mut roots = RootCertStore::empty();
    roots.add(trust.clone()).unwrap();
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(served.address).await?;
    let name = ServerName::try_from("localhost").unwrap();
    let mut tls = TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await?;
    tls.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    let _ = tls.read_to_end(&mut answer).await;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

const GET: &str = "GET /sign-in HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";

#[tokio::test]
async fn asvs_12_2_1_pages_come_by_tls_and_by_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let first = certificate(folder.path());
    let at = |name: &str| folder.path().join(name).display().to_string();
    let flags = [
        "--origin",
        "https://localhost",
        "--tls-cert",
        &at("cert.pem"),
        "--tls-key",
        &at("key.pem"),
    ];
    let served = Served::start(&flags);
    let answer = ask(&served, &first, GET).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(
        answer
            .to_lowercase()
            .contains("strict-transport-security: max-age=31536000")
    );
    assert!(
        !served.get("/sign-in").contains("<title>"),
        "no page in the clear"
    );
    // A renewed certificate is taken up without a restart; one that is broken leaves the old.
    let second = certificate(folder.path());
    let hang_up = || {
        Command::new("kill")
            .args(["-HUP", &served.child.id().to_string()])
            .status()
            .unwrap()
    };
    hang_up();
    let mut renewed = false;
    for _ in 0..200 {
        renewed = ask(&served, &second, GET).await.is_ok();
        if renewed {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert!(renewed && ask(&served, &first, GET).await.is_err());
    std::fs::write(at("cert.pem"), "broken").unwrap();
    hang_up();
    assert!(ask(&served, &second, GET).await.is_ok());
}

#[test]
fn a_key_that_does_not_fit_stops_the_start_with_one_line() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    certificate(one.path());
    certificate(other.path());
    let output = Command::new(env!("CARGO_BIN_EXE_conditional-discharge"))
        .args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--origin",
            "https://localhost",
        ])
        .args([
            "--database",
            &format!("sqlite:{}/x.db", one.path().display()),
        ])
        .arg("--tls-cert")
        .arg(one.path().join("cert.pem"))
        .arg("--tls-key")
        .arg(other.path().join("key.pem"))
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        !output.status.success() && said.contains("cert.pem") && said.trim().lines().count() == 1,
        "{said}"
    );
}
