//! Signs that an attack fails because gradients mislead it, not because the network is robust.

use serde::{Deserialize, Serialize};

use super::method::Attack;
use super::noise::Noise;
use super::objective::Objective;
use super::pgd::Pgd;
use super::square::Square;
use super::trial::{MemberOutcome, Trial};
use crate::error::positive;
use crate::{Norm, RobustError};

/// Budgets of the checks.
///
/// | key | default | range | meaning |
/// | :-- | :-- | :-- | :-- |
/// | `steps` | `20` | at least 1 | of the attack that is checked; "more" is five times as many |
/// | `restarts` | `5` | at least 1 | against its single start |
/// | `queries` | `500` | at least 1 | of the attack without gradients |
/// | `tolerance` | `0.05` | `(0, 1]` | share of the rows by which a check may be missed: a single start in 20 steps misses some rows of any network |
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MaskingSettings {
    /// Steps of the attack that is checked.
    pub steps: usize,
    /// Starts against its single one.
    pub restarts: usize,
    /// Queries of the attack without gradients.
    pub queries: usize,
    /// Share of the rows by which a check may be missed.
    pub tolerance: f64,
}

impl Default for MaskingSettings {
    fn default() -> Self {
        Self {
            steps: 20,
            restarts: 5,
            queries: 500,
            tolerance: 0.05,
        }
    }
}

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MaskingSign {
    /// Five times the steps leave more rows standing.
    MoreStepsHelpTheDefender,
    /// An attack without gradients leaves fewer rows standing than one with.
    BlackBoxBeatsWhiteBox,
    /// Rows stand although every input is allowed that occurs.
    UnboundedAttackFails,
    /// Twice the radius leaves more rows standing.
    LargerRadiusHelpsTheDefender,
    /// Other starts find what the first does not.
    RestartsMatter,
    /// A loss that does not saturate finds what the cross-entropy does not.
    LossMatters,
}

/// One comparison of robust accuracies: `stronger <= reference + tolerance`, or the sign is there.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct MaskingCheck {
    /// What is compared.
    pub sign: MaskingSign,
    /// Robust accuracy under the attack that should be the stronger one.
    pub stronger: f64,
    /// Robust accuracy that it should not exceed.
    pub reference: f64,
    /// Whether the sign is absent.
    pub passed: bool,
}

/// The checks of one member.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MaskingReport {
    /// In the order of [`MaskingSign`].
    pub checks: Vec<MaskingCheck>,
}

impl MaskingReport {
    /// Whether no sign was found.
    pub fn passed(&self) -> bool {
        self.checks.iter().all(|check| check.passed)
    }
}

impl MaskingReport {
    /// The same of several members together: each check by the means of its accuracies. A single start misses now more, now fewer rows of
    /// a member, so that the more members there are, the more of them fail a check by chance.
    ///
    /// # Panics
    /// If members differ in their checks.
    pub fn over_members(members: &[Self], tolerance: f64) -> Self {
        let count = members.first().map_or(0, |first| first.checks.len());
        let mean = |check: usize, of: fn(&MaskingCheck) -> f64| {
            let all = members.iter().map(|member| of(&member.checks[check]));
            all.sum::<f64>() / members.len() as f64
        };
        let together = |check: usize| {
            let stronger = mean(check, |check| check.stronger);
            let reference = mean(check, |check| check.reference);
            MaskingCheck {
                sign: members[0].checks[check].sign,
                stronger,
                reference,
                passed: stronger <= reference + tolerance,
            }
        };
        Self {
            checks: (0..count).map(together).collect(),
        }
    }
}

impl Trial<'_> {
    /// Checks PGD against its own variants: robust accuracies that contradict each other mean that gradients mislead.
    ///
    /// The unbounded attack starts at the row, where an honest network has a gradient: at a random point of so large a ball the softmax of
    /// any network may saturate. Its radius is the diameter of the bounds; without bounds, of the cube around 0 that holds all rows, or
    /// twice the radius of the threat, whichever is larger.
    ///
    /// # Errors
    /// As for [`Trial::attack`]; [`RobustError::OutOfRange`] for the settings.
    ///
    /// # Source
    /// Athalye et al. 2018, section 3.1, <https://arxiv.org/abs/1802.00420>; Carlini et al. 2019, section 5,
    /// <https://arxiv.org/abs/1902.06705>.
    pub fn masking(&self, settings: &MaskingSettings) -> Result<Vec<MaskingReport>, RobustError> {
        positive("tolerance", settings.tolerance, 1.0)?;
        let base = Pgd {
            steps: settings.steps,
            ..Pgd::default()
        };
        let plain = self.accuracies(self.threat.radius, Attack::Pgd(base))?;
        let nothing = vec![0.0; plain.len()];
        let mut reports = vec![MaskingReport { checks: Vec::new() }; plain.len()];
        for (sign, other) in self.variants(settings, base)? {
            let (stronger, reference) = match sign {
                MaskingSign::MoreStepsHelpTheDefender
                | MaskingSign::LargerRadiusHelpsTheDefender => (&other, &plain),
                MaskingSign::UnboundedAttackFails => (&other, &nothing),
                MaskingSign::BlackBoxBeatsWhiteBox
                | MaskingSign::RestartsMatter
                | MaskingSign::LossMatters => (&plain, &other),
            };
            for (report, pair) in reports.iter_mut().zip(stronger.iter().zip(reference)) {
                let (&stronger, &reference) = pair;
                report.checks.push(MaskingCheck {
                    sign,
                    stronger,
                    reference,
                    passed: stronger <= reference + settings.tolerance,
                });
            }
        }
        Ok(reports)
    }

    /// Robust accuracies of the members under the attack that each sign is about.
    fn variants(
        &self,
        settings: &MaskingSettings,
        base: Pgd,
    ) -> Result<Vec<(MaskingSign, Vec<f64>)>, RobustError> {
        let radius = self.threat.radius;
        let longer = Pgd {
            steps: 5 * settings.steps,
            step_size: base.step_size / 2.0,
            ..base
        };
        let restarted = Pgd {
            restarts: settings.restarts,
            ..base
        };
        let other_loss = Pgd {
            objective: Objective::Dlr,
            ..base
        };
        let from_rows = Pgd {
            random_start: false,
            ..base
        };
        let blind = match self.threat.norm {
            Norm::L1 => Attack::Noise(Noise {
                samples: settings.queries,
            }),
            Norm::Linf | Norm::L2 => Attack::Square(Square {
                queries: settings.queries,
                ..Square::default()
            }),
        };
        use MaskingSign as Sign;
        let all = [
            (Sign::MoreStepsHelpTheDefender, radius, Attack::Pgd(longer)),
            (Sign::BlackBoxBeatsWhiteBox, radius, blind),
            (
                Sign::UnboundedAttackFails,
                self.unbounded(),
                Attack::Pgd(from_rows),
            ),
            (
                Sign::LargerRadiusHelpsTheDefender,
                2.0 * radius,
                Attack::Pgd(base),
            ),
            (Sign::RestartsMatter, radius, Attack::Pgd(restarted)),
            (Sign::LossMatters, radius, Attack::Pgd(other_loss)),
        ];
        let run = |(sign, radius, attack)| Ok((sign, self.accuracies(radius, attack)?));
        all.into_iter().map(run).collect()
    }

    fn accuracies(&self, radius: f64, attack: Attack) -> Result<Vec<f64>, RobustError> {
        let trial = Trial {
            threat: self.threat.at(radius),
            keep_examples: false,
            ..*self
        };
        let outcomes = trial.attack(&attack)?;
        Ok(outcomes
            .iter()
            .map(MemberOutcome::robust_accuracy)
            .collect())
    }

    /// A radius within which every valid input lies.
    fn unbounded(&self) -> f64 {
        let features = self.population.shape.values() as f64;
        let of_cube = |side: f64| match self.threat.norm {
            Norm::Linf => side,
            Norm::L2 => side * features.sqrt(),
            Norm::L1 => side * features,
        };
        match self.threat.bounds {
            Some((low, high)) => of_cube(f64::from(high) - f64::from(low)),
            None => {
                let largest = Norm::Linf.of_f32(self.rows.x);
                of_cube(2.0 * largest).max(2.0 * self.threat.radius)
            }
        }
    }
}
