//! A bar chart: what it shows in words, its bars, and the table behind it.

use super::{Table, TreeError};
use serde::{Deserialize, Serialize};

/// A bar chart. Wherever it is drawn, the table behind it stands below it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Unchecked", into = "Unchecked")]
pub struct Chart {
    title: String,
    alternative: String,
    category: String,
    measure: String,
    bars: Vec<Bar>,
}

/// One bar.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bar {
    /// What the bar stands for.
    pub label: String,
    /// Its length, in the chart's measure; never negative.
    pub value: f64,
}

impl Bar {
    /// A bar of the length `value`.
    pub fn new(label: impl Into<String>, value: f64) -> Self {
        Self {
            label: label.into(),
            value,
        }
    }

    /// The value as it is read: whole numbers without a fraction, others to two places at most.
    #[must_use]
    pub fn figure(&self) -> String {
        if self.value >= 1e15 {
            return format!("{:e}", self.value);
        }
        let rounded = format!("{:.2}", self.value);
        rounded
            .trim_end_matches('0')
            .trim_end_matches('.')
            .to_owned()
    }
}

impl Chart {
    /// A chart of `bars`, each a `category` (such as "Month") measured in `measure` (such as
    /// "Contacts"). `alternative` says in words what the picture shows.
    ///
    /// # Errors
    /// When the alternative text, category or measure is blank, or a value is negative or not a
    /// number.
    pub fn new(
        title: impl Into<String>,
        alternative: impl Into<String>,
        [category, measure]: [&str; 2],
        bars: Vec<Bar>,
    ) -> Result<Self, TreeError> {
        let (title, alternative) = (title.into(), alternative.into());
        if alternative.trim().is_empty() {
            return Err(TreeError::NoAlternative);
        }
        if category.trim().is_empty() || measure.trim().is_empty() {
            return Err(TreeError::NoHeading);
        }
        let undrawable = |bar: &Bar| !bar.value.is_finite() || bar.value < 0.0;
        if let Some(bar) = bars.iter().position(undrawable) {
            return Err(TreeError::Undrawable(bar));
        }
        Ok(Self {
            title,
            alternative,
            category: category.to_owned(),
            measure: measure.to_owned(),
            bars,
        })
    }

    /// What the chart is called.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What the picture shows, in words.
    #[must_use]
    pub fn alternative(&self) -> &str {
        &self.alternative
    }

    /// The bars, in the order drawn.
    #[must_use]
    pub fn bars(&self) -> &[Bar] {
        &self.bars
    }

    /// The table behind the chart: every format shows it.
    #[must_use]
    pub fn to_table(&self) -> Table {
        let row = |bar: &Bar| vec![bar.label.as_str().into(), bar.figure().into()];
        let rows = self.bars.iter().map(row).collect();
        Table::new(&self.title, [&self.category, &self.measure], rows)
            .expect("a chart has two headings that are not blank, and its rows have two cells")
    }
}

/// A chart as it is stored, before it is checked.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Unchecked {
    title: String,
    alternative: String,
    category: String,
    measure: String,
    bars: Vec<Bar>,
}

impl TryFrom<Unchecked> for Chart {
    type Error = TreeError;

    fn try_from(stored: Unchecked) -> Result<Self, TreeError> {
        Self::new(
            stored.title,
            stored.alternative,
            [&stored.category, &stored.measure],
            stored.bars,
        )
    }
}

impl From<Chart> for Unchecked {
    fn from(chart: Chart) -> Self {
        let Chart {
            title,
            alternative,
            category,
            measure,
            bars,
        } = chart;
        Self {
            title,
            alternative,
            category,
            measure,
            bars,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AXES: [&str; 2] = ["Month", "Contacts"];

    #[test]
    fn a_chart_needs_words_and_numbers_that_can_be_drawn() {
        assert_eq!(
            Chart::new("t", " ", AXES, vec![]),
            Err(TreeError::NoAlternative)
        );
        for bad in [f64::NAN, f64::INFINITY, -1.0] {
            let bars = vec![Bar::new("May", 1.0), Bar::new("June", bad)];
            assert_eq!(
                Chart::new("t", "a", AXES, bars),
                Err(TreeError::Undrawable(1))
            );
        }
    }

    #[test]
    fn figures_are_short() {
        let figures = [0.0, 3.0, 2.5, 1.0 / 3.0, 1e300].map(|value| Bar::new("", value).figure());
        assert_eq!(figures, ["0", "3", "2.5", "0.33", "1e300"]);
    }
}
