//! Tells cargo that the binary carries files which other tools make.

fn main() {
    println!("cargo::rerun-if-changed=target/site");
    println!("cargo::rerun-if-changed=migrations");
    println!("cargo::rerun-if-changed=src/forms");
}
