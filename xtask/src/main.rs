//! `cargo xtask`: the only build tool a newcomer needs. This file owns the list of commands.

mod check;
mod client;
mod compress;
mod demo;
mod leftovers;
mod postgres;
mod project;
mod stamp;
mod test;
mod tools;

use anyhow::{Result, bail};
use project::Project;

const HELP: &str = "\
cargo xtask COMMAND

  demo [-- ARGS]      build for release, then serve invented people on http://127.0.0.1:3000
  serve [-- ARGS]     the same from a debug build: quicker to compile, slower to run
  build [--release]   build the client, the styles and the server
  test [FILTER]       everything that must hold; FILTER narrows the last step only
  bench [server|papers|scale|elsewhere]
                      what the product costs, against the agreed figures; or the server or papers alone;
                      or the lists of a trust with ten years behind it; or whether time tells another
                      organisation's record from one that is not there
  soak                what takes minutes: millions of audit rows, thousands of guesses and saves
  pg                  a private PostgreSQL until Ctrl-C, for running single tests by hand
  check               licences and advisories (cargo-deny), and the list of what we ship (SBOM)
  help                this text
";

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let project = Project::find()?;
    match args.as_slice() {
        ["demo", rest @ ..] => demo::serve(&project, demo::Build::Release, rest),
        ["serve", rest @ ..] => demo::serve(&project, demo::Build::Debug, rest),
        ["build"] => demo::build(&project, demo::Build::Debug),
        ["build", "--release"] => demo::build(&project, demo::Build::Release),
        ["test", filter @ ..] => test::everything(&project, filter),
        ["soak"] => test::soak(&project),
        ["bench", what @ ..] => demo::bench(&project, what),
        ["pg"] => postgres::until_interrupted(),
        ["check"] => check::everything(&project),
        [] | ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            Ok(())
        }
        [other, ..] => bail!("cargo xtask does not know `{other}` with these arguments.\n\n{HELP}"),
    }
}
