//! A private PostgreSQL cluster: its own folder, its own port, loopback only, gone afterwards.

use crate::{
    project::{read, run},
    tools,
};
use anyhow::{Context, Result, ensure};
use std::{
    env, fs,
    net::TcpListener,
    os::unix::{fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// Runs the server until our end of the pipe closes, whether we stopped, failed, were
/// interrupted or were killed; then stops it and deletes its folder.
const GUARD: &str = r#"
folder=$1; shift
"$@" >"$folder/log" 2>&1 </dev/null &
cat >/dev/null
kill -s INT "$!" 2>/dev/null
wait
rm -rf "$folder"
"#;

/// A running cluster. Dropping it stops it and leaves nothing behind.
pub struct Cluster {
    guard: Child,
    port: u16,
}

impl Cluster {
    /// Makes a cluster and waits until it answers.
    pub fn start() -> Result<Self> {
        let programs = tools::postgres()?;
        let owner = Owner::find()?;
        let folder = owner.folder()?;
        let data = folder.join("data");
        if let Err(error) = make(&owner, &programs, &data) {
            fs::remove_dir_all(&folder)
                .with_context(|| format!("deleting {}", folder.display()))?;
            return Err(error);
        }
        let port = free_port()?;
        let guard = owner
            .command(Path::new("/bin/sh"))
            .args(["-c", GUARD, "guard"])
            .arg(&folder)
            .arg(programs.join("postgres"))
            .arg("-D")
            .arg(&data)
            .arg(format!("--unix_socket_directories={}", folder.display()))
            .arg(format!("--port={port}"))
            .args(["--listen_addresses=127.0.0.1", "--max_connections=200"])
            // Nothing here outlives the run, so nothing needs to reach the disk.
            .args([
                "--fsync=off",
                "--synchronous_commit=off",
                "--full_page_writes=off",
            ])
            .stdin(Stdio::piped())
            .process_group(0)
            .spawn()
            .context("starting PostgreSQL")?;
        let cluster = Self { guard, port };
        cluster.wait_until_ready(&programs, &folder)?;
        Ok(cluster)
    }

    /// Where its administrator connects; tests make their own databases there.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    fn wait_until_ready(&self, programs: &Path, folder: &Path) -> Result<()> {
        let deadline = Instant::now() + Duration::from_secs(60);
        let port = self.port.to_string();
        loop {
            let answers = Command::new(programs.join("pg_isready"))
                .args(["--quiet", "--host=127.0.0.1", "--port", &port])
                .status()
                .context("starting pg_isready")?;
            if answers.success() {
                return Ok(());
            }
            ensure!(
                Instant::now() < deadline,
                "PostgreSQL did not answer within a minute. Its log:\n{}",
                fs::read_to_string(folder.join("log")).unwrap_or_default()
            );
            thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        if let Err(error) = self.guard.wait() {
            eprintln!("[xtask] PostgreSQL may not have stopped: {error}");
        }
    }
}

fn make(owner: &Owner, programs: &Path, data: &Path) -> Result<()> {
    run(owner
        .command(&programs.join("initdb"))
        .arg(format!("--pgdata={}", data.display()))
        .args([
            "--username=postgres",
            "--auth=trust",
            "--locale=C.UTF-8",
            "--encoding=UTF8",
        ])
        .arg("--no-sync")
        .stdout(Stdio::null()))
}

/// `cargo xtask pg`: a cluster for as long as somebody wants it.
pub fn until_interrupted() -> Result<()> {
    let cluster = Cluster::start()?;
    println!("TEST_POSTGRES_URL={}", cluster.url());
    println!("PostgreSQL runs until Ctrl-C.");
    loop {
        thread::park();
    }
}

/// Who runs the server. PostgreSQL refuses to run as root, so root lends it to another user.
struct Owner(Option<(u32, u32)>);

impl Owner {
    fn find() -> Result<Self> {
        if !tools::is_root() {
            return Ok(Self(None));
        }
        let user = ["postgres", "nobody"]
            .into_iter()
            .find(|user| id("-u", user).is_ok())
            .context(
                "PostgreSQL does not run as root, and there is neither a user postgres nor nobody",
            )?;
        Ok(Self(Some((id("-u", user)?, id("-g", user)?))))
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        if let Self(Some((user, group))) = self {
            command.uid(*user).gid(*group);
        }
        // The current folder may be closed to that user.
        command.current_dir("/");
        command
    }

    fn folder(&self) -> Result<PathBuf> {
        let name = format!("conditional-discharge-postgres-{}", std::process::id());
        let folder = env::temp_dir().join(name);
        fs::create_dir(&folder).with_context(|| format!("making {}", folder.display()))?;
        if let Self(Some((user, group))) = self {
            chown(&folder, Some(*user), Some(*group))
                .with_context(|| format!("giving away {}", folder.display()))?;
        }
        Ok(folder)
    }
}

fn id(what: &str, user: &str) -> Result<u32> {
    let printed = read(Command::new("id").args([what, user]))?;
    printed
        .trim()
        .parse()
        .with_context(|| format!("id {what} {user}"))
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").context("looking for a free port")?;
    Ok(listener.local_addr()?.port())
}
