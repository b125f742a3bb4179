//! The weights of a whole sweep, kept beside the model for a later audit.

use std::path::Path;

use decay_data::{Preprocess, TargetScale, one_or_many, sha256_hex};
use decay_model::{MemberState, Network, to_safetensors, weights_of};
use decay_train::{FoldScales, Loss};
use serde::{Deserialize, Serialize};

use super::{RunDir, check_seal, read_checked, sealed};
use crate::error::Error;
use crate::experiment::CrossValidation;
use crate::targets::TargetModels;

/// The folder of the weights, one file for each member.
const FOLDER: &str = "population";
/// The file that says whose they are.
const FILE: &str = "population.json";

/// What a fold learned of its training rows.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct FoldFile {
    preprocessing: Preprocess,
    #[serde(default, rename = "target_scale", with = "one_or_many")]
    target_scales: Vec<TargetScale>,
}

/// One member.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct KeptMember {
    /// In the folder; absent if it diverged.
    file: Option<String>,
    /// Of the file.
    sha256: Option<String>,
    fold: usize,
    seed: u64,
    /// Values of the swept hyper-parameters by key, the first axis first.
    values: Vec<(String, f64)>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct PopulationFile {
    folds: Vec<FoldFile>,
    members: Vec<KeptMember>,
}

/// A population that was kept.
pub(crate) struct KeptPopulation {
    /// Those that did not diverge.
    members: Vec<KeptMember>,
    /// Of each.
    states: Vec<MemberState>,
    /// Of each fold.
    scales: Vec<FoldScales>,
}

/// Writes every member's weights and what must be known to use them.
pub(crate) fn keep_population(
    dir: &RunDir,
    network: &Network,
    validated: &CrossValidation,
) -> Result<(), Error> {
    let plan = &validated.plan;
    let mut members = Vec::with_capacity(plan.members.len());
    for (index, member) in plan.members.iter().enumerate() {
        let file = validated.measured[index]
            .is_some()
            .then(|| format!("{index:05}.safetensors"));
        let mut sha256 = None;
        if let Some(file) = &file {
            let state = &validated.trained.outcomes[index].state;
            let bytes = to_safetensors(network, state);
            sha256 = Some(sha256_hex(&bytes));
            dir.write(&format!("{FOLDER}/{file}"), &bytes)?;
        }
        let setting = plan.setting_of(index);
        let values = plan.values(setting).into_iter();
        members.push(KeptMember {
            file,
            sha256,
            fold: member.fold,
            seed: member.seed,
            values: values
                .map(|(hyper, value)| (hyper.key().to_owned(), value))
                .collect(),
        });
    }
    let folds = validated.scales.iter().map(|scale| FoldFile {
        preprocessing: scale.features.clone(),
        target_scales: scale.targets.clone(),
    });
    let file = PopulationFile {
        folds: folds.collect(),
        members,
    };
    dir.write(FILE, &sealed(FILE, &file)?)
}

impl KeptPopulation {
    /// Its models, to be audited.
    pub(crate) fn targets<'a>(
        &'a self,
        network: &'a Network,
        outputs: usize,
        loss: Loss,
    ) -> TargetModels<'a> {
        let models = self.members.iter().zip(&self.states);
        let models = models.map(|(member, state)| (state, member.fold, member.seed));
        TargetModels {
            loss,
            ..TargetModels::new(network, models, self.scales.clone(), outputs)
        }
    }

    /// Members at a value of the first axis, and at one of the second if there is one, by fold.
    pub(crate) fn folds_at(&self, value: f64, row: Option<f64>) -> Vec<Vec<usize>> {
        let mut folds = vec![Vec::new(); self.scales.len()];
        for (index, member) in self.members.iter().enumerate() {
            let own = |axis: usize| member.values.get(axis).map(|(_, value)| *value);
            if own(0) == Some(value) && row.is_none_or(|row| own(1) == Some(row)) {
                folds[member.fold].push(index);
            }
        }
        folds
    }

    /// Reads what [`keep_population`] wrote; `None` if the run kept none.
    pub(crate) fn read(
        run: &Path,
        network: &Network,
        inputs: usize,
    ) -> Result<Option<Self>, Error> {
        let path = run.join(FILE);
        if !path.is_file() {
            return Ok(None);
        }
        let bytes = std::fs::read(&path).map_err(|error| Error::file(&path, "read", error))?;
        check_seal(&bytes).map_err(|reason| Error::run(&path, reason))?;
        let file: PopulationFile = serde_json::from_slice(&bytes)
            .map_err(|error| Error::run(&path, format!("is not a population: {error}")))?;
        let folds = file.folds.len();
        for fold in &file.folds {
            let check = fold.preprocessing.check(inputs);
            check.map_err(|reason| Error::run(&path, reason))?;
        }
        if let Some(member) = file.members.iter().find(|member| member.fold >= folds) {
            let reason = format!(
                "a member belongs to fold {}, there are {folds}",
                member.fold
            );
            return Err(Error::run(&path, reason));
        }
        let kept: Vec<KeptMember> = file.members;
        let states = kept
            .iter()
            .filter_map(|member| Some((member.file.as_ref()?, member.sha256.as_deref()?)))
            .map(|(file, sha256)| {
                let path = run.join(FOLDER).join(file);
                let bytes = read_checked(&path, sha256)?;
                Ok(weights_of(network, &path, bytes)?)
            })
            .collect::<Result<_, Error>>()?;
        let scales = file.folds.into_iter().map(|fold| FoldScales {
            features: fold.preprocessing,
            targets: fold.target_scales,
        });
        Ok(Some(Self {
            members: kept
                .into_iter()
                .filter(|member| member.file.is_some())
                .collect(),
            states,
            scales: scales.collect(),
        }))
    }
}
