//! One option.

use crate::{Range, names};

/// What is known of one option; its field and default are in the struct of its table.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// Table and name, as in `train.lr`; `--train.lr` is always a flag, too.
    pub path: &'static str,
    /// What the field's documentation says: the help, and after an empty line what else there is to know.
    pub docs: &'static str,
    /// What its value is written as.
    pub kind: Kind,
    /// Of each of its numbers.
    pub range: Range,
    /// Short flag, if it has one: `lr`.
    pub flag: Option<&'static str>,
    /// What stands for the value in the help.
    pub value: &'static str,
    /// The default in words, where the value does not say it.
    pub default: Option<&'static str>,
    /// Which commands take it.
    pub scope: Scope,
    /// The only problems that it applies to, if not all.
    pub only: Option<Only>,
    /// What it does not go with, and why.
    pub unless: &'static [(Unless, &'static str)],
    /// Of a number in which models of one population may differ.
    pub axis: Option<Axis>,
    /// Of a regulariser, of which 0 is off: a strength that helps somewhere, and one that nobody wants.
    pub probes: Option<(f64, f64)>,
    /// Whether it acts on the weights themselves: not on exempt ones, and on others with the factor of their decay.
    pub penalises_weights: bool,
}

/// How the value of an option is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A text.
    Text,
    /// A list of texts.
    Texts,
    /// Files, folders or embedded sets: a list, or one alone.
    Sources,
    /// What separates fields: one character, or a name for it.
    Separator,
    /// A quotation mark.
    Quote,
    /// `true` or `false`.
    Switch,
    /// A whole number.
    Whole,
    /// Whole numbers.
    Wholes,
    /// A number.
    Real,
    /// One of these names.
    Choice(&'static [&'static str]),
    /// Several of these names.
    Choices(&'static [&'static str]),
    /// Numbers, or a range with a number of values.
    Grid,
    /// An amount of memory, absolute or as a share.
    Memory,
    /// A time, or a number of steps.
    Budget,
}

/// Commands that take an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// All that train.
    Both,
    /// `decay tune`, and the demonstration.
    Tune,
    /// `decay fit`.
    Fit,
    /// All that train, and `decay audit`.
    Every,
    /// `decay audit` alone; no option is only for it.
    Audit,
}

names! {
    /// The only problems that an option applies to.
    pub enum Only {
        /// Graph networks.
        Graphs = "graphs",
        /// Images.
        Images = "images",
        /// Targets of numbers.
        Regressions = "regressions",
        /// Targets of numbers, and labels that apply or do not.
        Values = "regressions and multilabel tasks",
        /// Samples that stand for themselves: no nodes of a graph.
        Rows = "tables and images",
    }
}

names! {
    /// What an option may not go with.
    pub enum Unless {
        /// A target of numbers.
        Regression = "regressions",
        /// Labels that apply or do not.
        Labels = "multilabel tasks",
        /// A graph.
        Graph = "graphs",
        /// Features that are stored without their zeros.
        SparseFeatures = "sparse features",
        /// Batch normalisation.
        BatchNorm = "batch normalisation",
        /// Products in bf16.
        Bf16 = "bf16",
    }
}

impl Only {
    /// How a refusal says it, after the option's name.
    pub fn refusal(self) -> &'static str {
        match self {
            Self::Graphs => "is for a gnn",
            Self::Images => "is for images",
            Self::Regressions => "is for regressions",
            Self::Values => "is for regressions and multilabel tasks",
            Self::Rows => "does not mix the nodes of a graph",
        }
    }
}

/// How the values of a range are spaced, and how an axis shows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spacing {
    /// Equal ratios.
    Logarithmic,
    /// Equal differences.
    Linear,
}

/// Which direction regularises more, as the one-standard-error rule needs to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strength {
    /// A larger value.
    Larger,
    /// Neither: the rule has nothing to prefer.
    Unordered,
}

/// How an option is swept and shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Axis {
    /// A short name, as in `λ = 0.01`.
    pub symbol: &'static str,
    /// The name on an axis, with its unit.
    pub label: &'static str,
    /// Between the values of a range.
    pub spacing: Spacing,
    /// Which direction regularises more.
    pub strength: Strength,
}

/// The columns of a row, as [`options!`](crate::options) writes them.
impl Row {
    /// An option with nothing but a name and a kind.
    pub const fn new(path: &'static str, docs: &'static str, kind: Kind) -> Self {
        let value = match kind {
            Kind::Switch => "true|false",
            Kind::Choice(_) => "NAME",
            Kind::Choices(_) => "NAMES",
            Kind::Whole => "N",
            Kind::Grid => "GRID",
            _ => "X",
        };
        Self {
            path,
            docs,
            kind,
            range: Range::AMOUNT,
            flag: None,
            value,
            default: None,
            scope: Scope::Both,
            only: None,
            unless: &[],
            axis: None,
            probes: None,
            penalises_weights: false,
        }
    }

    /// A number in which models of one population may differ.
    pub const fn axis(
        self,
        symbol: &'static str,
        label: &'static str,
        spacing: Spacing,
        strength: Strength,
    ) -> Self {
        let axis = Some(Axis {
            symbol,
            label,
            spacing,
            strength,
        });
        Self { axis, ..self }
    }

    /// A regulariser: a strength that helps somewhere, and one that nobody wants, at the end of the range.
    pub const fn probes(self, usual: f64, extreme: f64) -> Self {
        let probes = Some((usual, extreme));
        Self { probes, ..self }
    }

    /// It acts on the weights themselves.
    pub const fn penalises_weights(self) -> Self {
        Self {
            penalises_weights: true,
            ..self
        }
    }
}

/// Columns that set one field.
macro_rules! columns {
    ($( $(#[$doc:meta])* $name:ident: $type:ty => $value:expr; )*) => {
        impl Row {
            $( $(#[$doc])* pub const fn $name(self, $name: $type) -> Self { Self { $name: $value, ..self } } )*
        }
    };
}

columns! {
    /// A kind that the field's type does not tell.
    kind: Kind => kind;
    /// What each number may be; any amount unless said otherwise.
    range: Range => range;
    /// A short flag.
    flag: &'static str => Some(flag);
    /// What stands for the value in the help.
    value: &'static str => value;
    /// The default in words.
    default: &'static str => Some(default);
    /// Which commands take it; all that train unless said otherwise.
    scope: Scope => scope;
    /// The only problems that it applies to.
    only: Only => Some(only);
    /// What it does not go with, and why.
    unless: &'static [(Unless, &'static str)] => unless;
}

impl Row {
    /// The name within its table.
    pub fn name(&self) -> &'static str {
        self.path
            .split_once('.')
            .map_or(self.path, |(_, name)| name)
    }

    /// The table.
    pub fn table(&self) -> &'static str {
        self.path.split_once('.').map_or("", |(table, _)| table)
    }

    /// The first paragraph of the documentation, without its full stop.
    pub fn help(&self) -> String {
        let lines = self.docs.lines().map(str::trim);
        let first: Vec<&str> = lines.take_while(|line| !line.is_empty()).collect();
        let text = first.join(" ");
        text.strip_suffix('.').unwrap_or(&text).to_owned()
    }

    /// What the documentation says after its first paragraph.
    pub fn details(&self) -> String {
        let lines = self.docs.lines().map(str::trim);
        let rest: Vec<&str> = lines.skip_while(|line| !line.is_empty()).collect();
        rest.join(" ").trim().to_owned()
    }

    /// What it applies to, in words; empty for everything.
    pub fn applies_to(&self) -> String {
        let only = self.only.iter().map(|only| only.name().to_owned());
        let unless = self.unless.iter();
        let unless = unless.map(|(unless, _)| format!("not {}", unless.name()));
        only.chain(unless).collect::<Vec<_>>().join(", ")
    }
}
