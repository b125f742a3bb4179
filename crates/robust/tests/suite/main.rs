//! Tests of attacks and certificates through the public interface.

mod attack_linear;
mod attack_oracle;
mod attack_properties;
mod attack_refusals;
mod certificate_linear;
mod certificate_lipschitz;
mod certificate_oracle;
mod certificate_population;
mod certificate_smoothing;
mod certificate_soundness;
mod golden;
mod gradient_masking;
mod members;
mod networks;
mod projections;
mod stopping;
