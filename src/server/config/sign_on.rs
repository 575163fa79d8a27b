//! `sign-on …`: which identity provider an organisation's people sign in with. On the command line only:
//! no administrator of one organisation can point the server at an address of theirs, or name a provider
//! that vouches for another organisation's people.

use clap::{Args, Subcommand};
use std::path::PathBuf;

/// `sign-on …`
#[derive(Debug, Subcommand)]
pub enum SignOnCommand {
    /// Let an organisation's people sign in through its identity provider (OpenID Connect).
    Set(SetSignOn),
    /// Show the providers that are set, and what to register there. Never a secret.
    Show {
        /// The database.
        #[arg(long, env = "CD_DATABASE")]
        database: String,
        /// The address people type, as https://name: as `serve` has it.
        #[arg(long, env = "CD_ORIGIN")]
        origin: Option<String>,
    },
    /// Take an organisation's provider away. The sessions that it opened end.
    Remove {
        /// The organisation's name.
        organisation: String,
        /// The database.
        #[arg(long, env = "CD_DATABASE")]
        database: String,
    },
}

/// Settings of `sign-on set`.
#[derive(Debug, Args)]
pub struct SetSignOn {
    /// The organisation's name.
    pub organisation: String,
    /// The provider's address: what stands before /.well-known/openid-configuration.
    #[arg(long)]
    pub issuer: String,
    /// What the product is called there.
    #[arg(long)]
    pub client_id: String,
    /// A file with the product's secret there and nothing else.
    #[arg(long)]
    pub client_secret_file: PathBuf,
    /// What people call an account there, for example "Northmere staff account".
    #[arg(long)]
    pub name: String,
    /// The database.
    #[arg(long, env = "CD_DATABASE")]
    pub database: String,
    /// The file with the key that seals secrets: as `serve` has it.
    #[arg(long, env = "CD_SECRETS_KEY")]
    pub secrets_key: Option<PathBuf>,
    /// The address people type, as https://name: as `serve` has it.
    #[arg(long, env = "CD_ORIGIN")]
    pub origin: Option<String>,
}
