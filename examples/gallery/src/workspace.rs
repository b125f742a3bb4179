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
    #[serde(default)]
    metadata: Option<PackageMetadata>,
    dependencies: Vec<Dependency>,
}

/// `[package.metadata.claim]` of the manifest.
#[derive(Deserialize)]
struct PackageMetadata {
    claim: Option<ClaimMetadata>,
}

#[derive(Deserialize)]
struct ClaimMetadata {
    field: String,
}

/// A claim as its manifest describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Described {
    pub(crate) name: String,
    /// Of which field it is, as in `graphs`.
    pub(crate) field: String,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
}

/// The cargo that runs this program, or the one on the path.
pub(crate) fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// All claims, in alphabetical order.
pub(crate) fn claims() -> Result<Vec<Described>, Failure> {
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

fn found_in(metadata: &[u8]) -> Result<Vec<Described>, Failure> {
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
    let described = claims.map(|package| {
        let claim = package.metadata.and_then(|metadata| metadata.claim);
        Described {
            name: package.name,
            field: claim.map_or_else(|| "others".into(), |claim| claim.field),
        }
    });
    let mut described: Vec<Described> = described.collect();
    described.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(described)
}

#[cfg(test)]
mod tests {
    use super::{Described, claims, found_in};

    #[test]
    fn what_depends_on_the_shared_crate_is_a_claim_and_the_gallery_is_none() {
        let metadata = r#"{"packages": [
            {"name": "b", "dependencies": [{"name": "decay-claim"}, {"name": "serde"}], "metadata": {"claim": {"field": "graphs"}}},
            {"name": "decay-claim", "dependencies": []},
            {"name": "gallery", "dependencies": [{"name": "decay-claim"}]},
            {"name": "a", "dependencies": [{"name": "decay-claim"}]},
            {"name": "from-code", "dependencies": [{"name": "decay-train"}]}]}"#;
        let described = [("a", "others"), ("b", "graphs")].map(|(name, field)| Described {
            name: name.into(),
            field: field.into(),
        });
        assert_eq!(found_in(metadata.as_bytes()).unwrap(), described);
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
            let own = found.iter().find(|found| found.name == name);
            assert_eq!(own.is_some(), is_claim, "{name}");
            let field = own.map(|own| own.field.as_str());
            assert_ne!(
                field,
                Some("others"),
                "{name} names no field in its manifest"
            );
        }
    }
}
