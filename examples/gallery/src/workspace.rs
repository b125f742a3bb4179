//! Which packages of the workspace are claims: those that depend on `decay-claim`.

use std::env;
use std::process::Command;

use serde::Deserialize;

use crate::failure::Failure;

/// What every claim is made with.
const SHARED: &str = "decay-claim";

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
}

/// The cargo that runs this program, or the one on the path.
pub(crate) fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Names of all claims, in alphabetical order.
pub(crate) fn claims() -> Result<Vec<String>, Failure> {
    let arguments = [
        "metadata",
        "--no-deps",
        "--format-version",
        "1",
        "--manifest-path",
    ];
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let output = cargo().args(arguments).arg(manifest).output();
    let output = output.map_err(|source| Failure::Cargo { source })?;
    if !output.status.success() {
        let reason = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(Failure::Metadata { reason });
    }
    found_in(&output.stdout)
}

fn found_in(metadata: &[u8]) -> Result<Vec<String>, Failure> {
    let metadata: Metadata =
        serde_json::from_slice(metadata).map_err(|error| Failure::Metadata {
            reason: error.to_string(),
        })?;
    let is_claim = |package: &Package| {
        package.name != env!("CARGO_PKG_NAME")
            && package
                .dependencies
                .iter()
                .any(|dependency| dependency.name == SHARED)
    };
    let claims = metadata.packages.into_iter().filter(is_claim);
    let mut names: Vec<String> = claims.map(|package| package.name).collect();
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::{claims, found_in};

    #[test]
    fn what_depends_on_the_shared_crate_is_a_claim_and_the_gallery_is_none() {
        let metadata = r#"{"packages": [
            {"name": "b", "dependencies": [{"name": "decay-claim"}, {"name": "serde"}]},
            {"name": "decay-claim", "dependencies": []},
            {"name": "gallery", "dependencies": [{"name": "decay-claim"}]},
            {"name": "a", "dependencies": [{"name": "decay-claim"}]},
            {"name": "from-code", "dependencies": [{"name": "decay-train"}]}]}"#;
        assert_eq!(found_in(metadata.as_bytes()).unwrap(), ["a", "b"]);
        assert!(found_in(b"no metadata").is_err());
    }

    #[test]
    fn every_folder_of_examples_that_is_a_claim_is_found() {
        let found = claims().unwrap();
        let examples = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
        for folder in std::fs::read_dir(examples).unwrap() {
            let folder = folder.unwrap();
            let manifest = folder.path().join("Cargo.toml");
            let Ok(manifest) = std::fs::read_to_string(manifest) else {
                continue;
            };
            let name = folder.file_name().into_string().unwrap();
            let mut lines = manifest.lines();
            let is_claim = lines.any(|line| line.starts_with("decay-claim")) && name != "gallery";
            assert_eq!(found.contains(&name), is_claim, "{name}");
        }
    }
}
