//! The process of the tests' identity provider. It ends when its standard input closes: with the test,
//! however that ends.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

pub struct Process {
    child: Child,
    pub issuer: String,
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Process {
    /// Starts one with these settings, as `tests/provider/provider.mjs` takes them.
    pub fn start(settings: &serde_json::Value) -> Self {
        let mut child = Command::new("node")
            .args(["tests/provider/provider.mjs", &settings.to_string()])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .process_group(0)
            .spawn()
            .expect("the provider of the tests needs Node.js and `npm ci --ignore-scripts`");
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let issuer = lines.next().expect("the provider did not start").unwrap();
        Self { child, issuer }
    }
}
