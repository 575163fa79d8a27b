//! The real binary, serving on a free port, and its log.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;

pub struct Served {
    pub address: SocketAddr,
    pub child: Child,
    pub log: Arc<Mutex<String>>,
    _folder: Option<TempDir>,
}

impl Served {
    /// Serves a fresh database.
    pub fn start(flags: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = format!("sqlite:{}/x.db", folder.path().display());
        let mut served = Self::on(&database, flags);
        served._folder = Some(folder);
        served
    }

    /// Serves a database that is there.
    pub fn on(database: &str, flags: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_conditional-discharge"))
            .args(["serve", "--listen", "127.0.0.1:0", "--database", database])
            .args(flags)
            .env("NO_COLOR", "1")
            .env_remove("CD_DATABASE")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let log = Arc::new(Mutex::new(String::new()));
        let mut listening = String::new();
        for line in lines.by_ref() {
            let line = line.unwrap();
            log.lock().unwrap().push_str(&line);
            if line.contains("listening") {
                listening = line;
                break;
            }
        }
        let rest = listening.split("127.0.0.1:").nth(1);
        let rest = rest.unwrap_or_else(|| panic!("it did not start: {}", log.lock().unwrap()));
        let port: String = rest.chars().take_while(char::is_ascii_digit).collect();
        let copy = Arc::clone(&log);
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let mut log = copy.lock().unwrap();
                log.push_str(&line);
                log.push('\n');
            }
        });
        Self {
            address: SocketAddr::from(([127, 0, 0, 1], port.parse().unwrap())),
            child,
            log,
            _folder: None,
        }
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(15)))
            .unwrap();
        stream
    }

    /// Sends bytes as they are and reads until the server closes.
    pub fn raw(&self, bytes: &[u8]) -> String {
        self.raw_for(bytes, Duration::from_secs(15))
    }

    /// The same, waiting no longer than this for more to come.
    pub fn raw_for(&self, bytes: &[u8], wait: Duration) -> String {
        let mut stream = self.connect();
        stream.set_read_timeout(Some(wait)).unwrap();
        // The server may answer and close before all is sent.
        let _ = stream.write_all(bytes);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    pub fn get(&self, path: &str) -> String {
        let host = self.address;
        self.raw(
            format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n").as_bytes(),
        )
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
