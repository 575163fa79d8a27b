//! Settings of the service. Each is a flag and an environment variable; a bad one stops the start with one
//! clear line.

use crate::server::peer::Network;
use anyhow::{Result, bail};
use chrono::{NaiveDate, TimeDelta};
use clap::{Args, ValueEnum};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

const IDLE_MINUTES: u16 = 30;
const SESSION_HOURS: u16 = 12;
const CONCURRENT_REQUESTS: u16 = 256;
const CONNECTIONS: u16 = 10_000;

/// Settings of `serve`.
#[derive(Debug, Clone, Args)]
pub struct Settings {
    /// The database: sqlite:PATH or postgres://…
    #[arg(
        long,
        env = "CD_DATABASE",
        default_value = "sqlite:data/conditional-discharge.db"
    )]
    pub database: String,
    /// Address and port to listen on.
    #[arg(long, env = "CD_LISTEN", default_value = "127.0.0.1:3000")]
    pub listen: SocketAddr,
    /// The address people type, as https://name. Plain http is for this machine only.
    #[arg(long, env = "CD_ORIGIN", default_value = "http://127.0.0.1:3000")]
    pub origin: String,
    /// A folder of further form files.
    #[arg(long, env = "CD_FORMS")]
    pub forms: Option<PathBuf>,
    /// Minutes without use after which a session ends.
    #[arg(long, env = "CD_IDLE_MINUTES", default_value_t = IDLE_MINUTES, value_parser = clap::value_parser!(u16).range(5..=480))]
    pub idle_minutes: u16,
    /// Hours after which a session ends in any case.
    #[arg(long, env = "CD_SESSION_HOURS", default_value_t = SESSION_HOURS, value_parser = clap::value_parser!(u16).range(1..=24))]
    pub session_hours: u16,
    /// Requests worked on at the same time; more wait.
    #[arg(long, env = "CD_CONCURRENT_REQUESTS", default_value_t = CONCURRENT_REQUESTS, value_parser = clap::value_parser!(u16).range(1..))]
    pub concurrent_requests: u16,
    /// Connections kept at the same time; more are refused.
    #[arg(long, env = "CD_CONNECTIONS", default_value_t = CONNECTIONS, value_parser = clap::value_parser!(u16).range(1..))]
    pub connections: u16,
    /// A proxy in front, by address or range; only its X-Forwarded-For and -Proto are believed.
    #[arg(long, env = "CD_TRUSTED_PROXY", value_delimiter = ',')]
    pub trusted_proxy: Vec<Network>,
    /// The certificate chain for TLS, as PEM. Read again on SIGHUP.
    #[arg(long, env = "CD_TLS_CERT", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// The certificate's private key, as PEM.
    #[arg(long, env = "CD_TLS_KEY", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// A file with the key that seals secrets of authenticators and providers: 32 bytes in base 64. Keep it apart from
    /// backups of the database.
    #[arg(long, env = "CD_SECRETS_KEY")]
    pub secrets_key: Option<PathBuf>,
    /// How the log is written.
    #[arg(long, env = "CD_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
}

/// How the log is written.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines: one JSON object a line.
    Json,
}

/// Settings of `demo`.
#[derive(Debug, Args)]
pub struct DemoSettings {
    /// Where the demo's database is made; only one that the demo made is replaced.
    #[arg(long, env = "CD_DEMO_DATABASE", default_value = "sqlite:data/demo.db")]
    pub database: String,
    /// Address and port to listen on; this machine only.
    #[arg(long, env = "CD_DEMO_LISTEN", default_value = "127.0.0.1:3000")]
    pub listen: SocketAddr,
    /// The day that the demo pretends to be today, from 2026-03-01.
    #[arg(long, env = "CD_DEMO_TODAY")]
    pub today: Option<NaiveDate>,
    /// A folder of further form files.
    #[arg(long, env = "CD_FORMS")]
    pub forms: Option<PathBuf>,
}

impl Settings {
    /// Checks what the parser cannot: that settings fit together.
    ///
    /// # Errors
    /// One line that names the setting and what would be right.
    pub fn check(&self) -> Result<()> {
        let Some(host) = self
            .origin
            .strip_prefix("https://")
            .or_else(|| self.origin.strip_prefix("http://"))
        else {
            bail!(
                "--origin must begin with https:// (or http:// on this machine), for example https://reports.example.org"
            );
        };
        if host.is_empty() || host.contains('/') {
            bail!("--origin is a name without a path, for example https://reports.example.org");
        }
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        let here = matches!(name, "127.0.0.1" | "localhost" | "[::1]");
        if !self.is_secure() && !here {
            bail!(
                "--origin may be http:// on this machine only; for others it must begin with https://"
            );
        }
        if !self.is_secure() && !self.listen.ip().is_loopback() {
            bail!(
                "--listen {} is reachable from other machines, so --origin must begin with https://",
                self.listen
            );
        }
        if self.tls_cert.is_some() && !self.is_secure() {
            bail!("with --tls-cert, --origin must begin with https://");
        }
        if !self.listen.ip().is_loopback()
            && self.tls_cert.is_none()
            && self.trusted_proxy.is_empty()
        {
            bail!(
                "--listen {} is reachable from other machines: give --tls-cert and --tls-key, or --trusted-proxy when a proxy in front does TLS",
                self.listen
            );
        }
        if !self.database.starts_with("sqlite:") && !self.database.starts_with("postgres") {
            bail!("--database must be sqlite:PATH or postgres://…");
        }
        Ok(())
    }

    /// Whether people reach the product by https.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.origin.starts_with("https://")
    }

    /// Time without use after which a session ends.
    #[must_use]
    pub fn idle(&self) -> TimeDelta {
        TimeDelta::minutes(i64::from(self.idle_minutes))
    }

    /// Time after which a session ends in any case.
    #[must_use]
    pub fn absolute(&self) -> TimeDelta {
        TimeDelta::hours(i64::from(self.session_hours))
    }
}

impl DemoSettings {
    /// The settings that the demo serves with.
    ///
    /// # Errors
    /// When it would be reachable from other machines, or is asked to pretend a day before the
    /// demo's cases can exist (a condition of one rests on law in force from 18 February 2026).
    pub fn settings(&self) -> Result<Settings> {
        let first = NaiveDate::from_ymd_opt(2026, 3, 1).unwrap_or_default();
        if self.today.is_some_and(|t| t < first) {
            bail!("--today must be 2026-03-01 or later");
        }
        let loopback = match self.listen.ip() {
            IpAddr::V4(ip) => ip.is_loopback(),
            IpAddr::V6(ip) => ip.is_loopback(),
        };
        if !loopback {
            bail!(
                "the demo is for this machine only: --listen must be a loopback address such as 127.0.0.1:3000"
            );
        }
        Ok(Settings {
            database: self.database.clone(),
            listen: self.listen,
            origin: format!("http://{}", self.listen),
            forms: self.forms.clone(),
            idle_minutes: IDLE_MINUTES,
            session_hours: SESSION_HOURS,
            concurrent_requests: CONCURRENT_REQUESTS,
            connections: CONNECTIONS,
            trusted_proxy: Vec::new(),
            tls_cert: None,
            tls_key: None,
            secrets_key: None,
            log_format: LogFormat::Text,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::config::{Command, CommandLine};
    use clap::Parser;

    fn settings(args: &[&str]) -> Result<Settings, String> {
        let all = ["conditional-discharge", "serve"].iter().chain(args);
        match CommandLine::try_parse_from(all)
            .map_err(|e| e.to_string())?
            .command
        {
            Command::Serve(s) => s.check().map(|()| s).map_err(|e| e.to_string()),
            _ => Err("not serve".into()),
        }
    }

    #[test]
    fn a_bad_setting_is_one_clear_line() {
        assert!(settings(&[]).is_ok());
        for (args, names) in [
            (vec!["--origin", "reports.example.org"], "--origin"),
            (vec!["--origin", "https://x/y"], "--origin"),
            (vec!["--origin", "http://reports.example.org"], "--origin"),
            (vec!["--listen", "0.0.0.0:3000"], "https://"),
            (vec!["--database", "mysql://x"], "--database"),
            (vec!["--idle-minutes", "0"], "idle-minutes"),
            (vec!["--listen", "nonsense"], "listen"),
            (vec!["--trusted-proxy", "0.0.0.0/0"], "trust everybody"),
            (vec!["--trusted-proxy", "proxy.example"], "proxy.example"),
            (vec!["--tls-cert", "cert.pem"], "--tls-key"),
            (
                vec!["--tls-cert", "c.pem", "--tls-key", "k.pem"],
                "https://",
            ),
            (
                vec!["--origin", "https://x", "--listen", "0.0.0.0:443"],
                "--trusted-proxy",
            ),
        ] {
            let error = settings(&args).unwrap_err();
            assert!(error.contains(names), "{args:?}: {error}");
        }
    }

    #[test]
    fn the_demo_stays_on_this_machine() {
        let demo = |listen: &str, today| DemoSettings {
            database: "sqlite:x".into(),
            listen: listen.parse().unwrap(),
            today,
            forms: None,
        };
        assert!(demo("127.0.0.1:3000", None).settings().is_ok());
        assert!(demo("192.0.2.1:3000", None).settings().is_err());
        assert!(
            demo("127.0.0.1:3000", NaiveDate::from_ymd_opt(2026, 2, 28))
                .settings()
                .is_err()
        );
    }
}
