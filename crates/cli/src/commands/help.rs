//! `decay completions` and `decay man`: what shells and `man` want to know of the command line.

use std::path::Path;

use clap::Command;
use clap_complete::Shell;
use decay_data::write_atomically;

use crate::command_line::command;
use crate::output;
use decay::Error;

/// `decay completions SHELL`.
pub(crate) fn completions(shell: Shell) -> Result<(), Error> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command(), "decay", &mut script);
    output::print_bytes(&script)
}

/// `decay man`: one page on stdout, or all of them in a folder.
pub(crate) fn man(dir: Option<&Path>) -> Result<(), Error> {
    let mut decay = command();
    decay.build();
    let Some(dir) = dir else {
        return output::print_bytes(&page(decay)?);
    };
    std::fs::create_dir_all(dir).map_err(|error| Error::file(dir, "created", error))?;
    let commands: Vec<Command> = decay.get_subcommands().cloned().collect();
    let commands = commands.into_iter().filter(|own| own.get_name() != "help");
    let mut written = String::new();
    for own in std::iter::once(decay).chain(commands) {
        let name = own.get_display_name().unwrap_or(own.get_name()).to_owned();
        let path = dir.join(format!("{name}.1"));
        write_atomically(&path, &page(own)?)?;
        written.push_str(&format!("{}\n", path.display()));
    }
    output::print(&written)
}

fn page(command: Command) -> Result<Vec<u8>, Error> {
    let mut page = Vec::new();
    let drawn = clap_mangen::Man::new(command).render(&mut page);
    drawn.map_err(|error| Error::file(Path::new("the manual page"), "written", error))?;
    Ok(page)
}
