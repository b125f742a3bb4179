//! What training takes from code: objectives of one's own, several heads, and how their gradients become one.

pub use decay_train::{
    Combination, Evaluation, HeadLoss, Heads, Objective, PcGrad, Seen, Sum, TaskGradients,
    TaskRecord, task_gradients,
};
