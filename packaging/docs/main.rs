//! `cargo run --example docs -- FOLDER`. In: a folder. Out: in it `man/` with every manual page and `completions/` with those
//! of bash, zsh and fish, made from the command line's own definition and from the reference files in `config/`.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

mod pages;

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("usage: docs FOLDER");
        return ExitCode::from(2);
    };
    match write(&folder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}: {error}", folder.display());
            ExitCode::FAILURE
        }
    }
}

fn write(folder: &std::path::Path) -> std::io::Result<()> {
    for (kind, files) in [
        ("man", pages::man()?),
        ("completions", pages::completions()),
    ] {
        let folder = folder.join(kind);
        fs::create_dir_all(&folder)?;
        for file in files {
            fs::write(folder.join(file.name), file.text)?;
        }
    }
    Ok(())
}
