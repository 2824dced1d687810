//! `stacktail schema`: the JSON Schema of a configuration file, for editors that know TOML by schema. In: which file. Out: the
//! schema on stdout.

use std::process::ExitCode;

use crate::config::schema;

/// Arguments of `schema`.
#[derive(Debug, Clone, clap::Args)]
pub struct SchemaArgs {
    /// Of which file
    #[arg(value_enum, default_value_t = Of::App)]
    pub of: Of,
}

/// The two kinds of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Of {
    /// The host file, stacktail.toml
    Host,
    /// An app's file, apps.d/NAME.toml
    App,
}

/// Prints the schema.
#[must_use]
pub fn run(args: &SchemaArgs) -> ExitCode {
    let schema = match args.of {
        Of::Host => schema::host(),
        Of::App => schema::app(),
    };
    super::say(&format!("{schema:#}\n"));
    ExitCode::SUCCESS
}
