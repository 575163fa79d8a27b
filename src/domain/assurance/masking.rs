//! Masking of small numbers in papers that leave the organisation, so that nobody can be found in them.
//!
//! A number from 1 to 4 is masked. A sum would give it away when all else in it is shown, so more is
//! masked until no masked number can be worked out from those that are left: for each masked number
//! there is another set of whole numbers, none negative, that fits everything shown.

use super::figure::{Figure, FigureId, Value, is_small};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[cfg(test)]
mod tests;

/// A number that is the sum of others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    /// Index of the whole.
    pub whole: usize,
    /// Indices of its parts; no index twice.
    pub parts: Vec<usize>,
}

impl Sum {
    fn cells(&self) -> impl Iterator<Item = usize> + '_ {
        self.parts.iter().copied().chain([self.whole])
    }
}

/// Which of `values` to mask, given the sums that hold among them.
#[must_use]
pub fn mask(values: &[u32], sums: &[Sum]) -> Vec<bool> {
    let mut masked: Vec<bool> = values.iter().map(|v| is_small(*v)).collect();
    loop {
        let exposed =
            (0..values.len()).find(|cell| masked[*cell] && !can_move(*cell, values, sums, &masked));
        let Some(exposed) = exposed else {
            return masked;
        };
        // The smallest number that shares a sum with it hides it at least cost; nought hides least.
        let beside = sums.iter().filter(|s| s.cells().any(|c| c == exposed));
        let next = beside
            .flat_map(Sum::cells)
            .filter(|cell| !masked[*cell])
            .min_by_key(|cell| (values[*cell] == 0, values[*cell], *cell));
        let next = next.or_else(|| masked.iter().position(|m| !m));
        let Some(next) = next else { return masked };
        masked[next] = true;
    }
}

/// Whether the masked numbers can be changed by one here and there, this one among them, so that all
/// that is shown still holds: then nobody can tell which it was. "No" may be too careful, "yes" is sure.
fn can_move(cell: usize, values: &[u32], sums: &[Sum], masked: &[bool]) -> bool {
    [1i64, -1].into_iter().any(|by| {
        let mut steps = 20_000;
        let mut moved = BTreeMap::from([(cell, by)]);
        fits(values[cell], by) && balance(&mut moved, values, sums, masked, &mut steps)
    })
}

fn fits(value: u32, by: i64) -> bool {
    i64::from(value) + by >= 0
}

/// Completes a move so that every sum holds again.
fn balance(
    moved: &mut BTreeMap<usize, i64>,
    values: &[u32],
    sums: &[Sum],
    masked: &[bool],
    steps: &mut u32,
) -> bool {
    if *steps == 0 {
        return false;
    }
    *steps -= 1;
    let by = |cell: usize| moved.get(&cell).copied().unwrap_or(0);
    let off = |sum: &Sum| sum.parts.iter().map(|p| by(*p)).sum::<i64>() - by(sum.whole);
    let Some(sum) = sums.iter().find(|s| off(s) != 0) else {
        return true;
    };
    let off = off(sum);
    for cell in sum.cells() {
        if !masked[cell] || moved.contains_key(&cell) {
            continue;
        }
        let by = if cell == sum.whole {
            off.signum()
        } else {
            -off.signum()
        };
        if !fits(values[cell], by) {
            continue;
        }
        moved.insert(cell, by);
        if balance(moved, values, sums, masked, steps) {
            return true;
        }
        moved.remove(&cell);
    }
    false
}

/// A number on a paper that leaves the organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Count {
    /// As it is.
    Shown(u32),
    /// Small, or would give a small one away.
    Masked,
}

/// A figure as it stands on a paper that leaves the organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct MaskedFigure {
    /// Which.
    pub id: FigureId,
    /// Cases that meet the definition; the number of cases for a median.
    pub numerator: Count,
    /// All cases.
    pub denominator: Count,
    /// The numbers in words: "12 of 15 (80%)", "masked of 15", "No cases".
    pub words: String,
}

/// What stands in the place of a masked number.
pub const MASK: &str = "masked";

/// What a paper says beneath figures of which some are masked.
pub const MASKING_NOTE: &str =
    "Numbers from 1 to 4 are masked, and so are others from which they could be worked out.";

/// Masks figures for a paper: each list is one group (the organisation, or a team), all of the same
/// period. With several lists the first is the whole and the others are its parts, which need not be
/// all of them.
#[must_use]
pub fn for_paper(groups: &[Vec<Figure>]) -> Vec<Vec<MaskedFigure>> {
    let mut cells = Cells::default();
    let placed: Vec<Vec<[usize; 3]>> = groups.iter().map(|group| cells.place(group)).collect();
    for group in groups.iter().zip(&placed) {
        cells.relate(group.0, group.1);
    }
    if groups.len() > 1 {
        cells.relate_parts(groups, &placed);
    }
    let masked = mask(&cells.values, &cells.sums);
    let shown = |figure: &Figure, [n, d, _]: [usize; 3]| {
        let count = |cell: usize| {
            if masked[cell] {
                Count::Masked
            } else {
                Count::Shown(cells.values[cell])
            }
        };
        let (numerator, denominator) = (count(n), count(d));
        MaskedFigure {
            id: figure.id,
            numerator,
            denominator,
            words: words(figure, numerator, denominator),
        }
    };
    groups
        .iter()
        .zip(&placed)
        .map(|(group, cells)| group.iter().zip(cells).map(|(f, c)| shown(f, *c)).collect())
        .collect()
}

fn words(figure: &Figure, numerator: Count, denominator: Count) -> String {
    match (figure.value, numerator, denominator) {
        (value, Count::Shown(_), Count::Shown(_)) => value.in_words(),
        (Value::Share { .. }, Count::Masked, Count::Shown(of)) => format!("{MASK} of {of}"),
        (Value::Share { .. }, Count::Shown(n), Count::Masked) => format!("{n} of a {MASK} number"),
        _ => MASK.to_owned(),
    }
}

/// The numbers behind figures and the sums among them.
#[derive(Default)]
struct Cells {
    values: Vec<u32>,
    sums: Vec<Sum>,
}

impl Cells {
    fn add(&mut self, value: u32) -> usize {
        self.values.push(value);
        self.values.len() - 1
    }

    /// Numerator, denominator and what is left over, for each figure. What is left over is printed
    /// nowhere but anybody can subtract.
    fn place(&mut self, group: &[Figure]) -> Vec<[usize; 3]> {
        group
            .iter()
            .map(|figure| {
                let (numerator, denominator) = match figure.value {
                    Value::Share {
                        numerator,
                        denominator,
                    } => (numerator, denominator),
                    Value::Median { of, .. } => (of, of),
                };
                let rest = denominator.saturating_sub(numerator);
                let cells = [self.add(numerator), self.add(denominator), self.add(rest)];
                self.sums.push(Sum {
                    whole: cells[1],
                    parts: vec![cells[0], cells[2]],
                });
                cells
            })
            .collect()
    }

    fn same(&mut self, one: usize, other: usize) {
        self.sums.push(Sum {
            whole: one,
            parts: vec![other],
        });
    }

    /// The sums that the definitions make among the figures of one group.
    fn relate(&mut self, group: &[Figure], placed: &[[usize; 3]]) {
        use FigureId as Id;
        let at = |id: Id| Some(placed[group.iter().position(|f| f.id == id)?]);
        if let (Some(told), Some(not_told)) = (at(Id::LateTold), at(Id::LateNotTold)) {
            self.same(told[1], not_told[1]);
            if let (Some(first), Some(later)) = (at(Id::OnTimeFirst), at(Id::OnTimeQuarterly)) {
                self.sums.push(Sum {
                    whole: told[1],
                    parts: vec![first[1], later[1]],
                });
                self.sums.push(Sum {
                    whole: told[1],
                    parts: vec![first[0], later[0], told[0], not_told[0]],
                });
            }
        }
        for (one, other, which) in [
            (Id::EventsTold, Id::EventsToldDelay, (0, 1)),
            (Id::Unallocated, Id::Uncovered, (1, 1)),
            (Id::TrainingCurrent, Id::InductionComplete, (1, 1)),
        ] {
            if let (Some(one), Some(other)) = (at(one), at(other)) {
                self.same(one[which.0], other[which.1]);
            }
        }
    }

    /// Of each figure, the whole is what the teams have and what is left for teams not listed.
    fn relate_parts(&mut self, groups: &[Vec<Figure>], placed: &[Vec<[usize; 3]>]) {
        for (figure, whole) in groups[0].iter().zip(&placed[0]) {
            for which in 0..3 {
                let mut parts = Vec::new();
                for (group, cells) in groups.iter().zip(placed).skip(1) {
                    let at = group.iter().position(|f| f.id == figure.id);
                    parts.extend(at.map(|at| cells[at][which]));
                }
                let listed: u32 = parts.iter().map(|p| self.values[*p]).sum();
                let left = self.values[whole[which]].saturating_sub(listed);
                parts.push(self.add(left));
                // Staff without a team count in every team: then there is no such sum.
                if self.values[whole[which]] >= listed {
                    self.sums.push(Sum {
                        whole: whole[which],
                        parts,
                    });
                }
            }
        }
    }
}
