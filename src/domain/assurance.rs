//! What an organisation can show of its own work: figures with the cases behind them, who is trained,
//! which policies are in date, what was learnt.
//!
//! Figures describe the service and never rank people. Each says what it counts in plain words, and
//! "no cases" is an answer of its own, never nought per cent.

pub mod competence;
pub mod facts;
pub mod figure;
pub mod masking;
pub mod measure;
pub mod period;
pub mod registers;
pub mod typed;

pub use facts::Facts;
pub use figure::{Case, Figure, FigureId, Value};
pub use measure::{Month, by_month, figures};
pub use period::{Period, PeriodProblem};

/// Fewest supervisors in a team whose figures are shown apart: with fewer, a figure would be about a
/// person (decisions: no league tables of people).
pub const FEWEST_SUPERVISORS: usize = 3;

/// Which teams' figures may stand beside the organisation's. `teams`: supervisors and patients of each.
///
/// A team of fewer than three supervisors is not shown. When it is the only one left out, the whole
/// less the others would give it away, so the smallest of the others is left out as well.
#[must_use]
pub fn comparable(teams: &[(usize, usize)]) -> Vec<bool> {
    let mut shown: Vec<bool> = teams
        .iter()
        .map(|(supervisors, _)| *supervisors >= FEWEST_SUPERVISORS)
        .collect();
    let hidden = |shown: &[bool]| {
        let hidden = teams.iter().zip(shown).filter(|(_, shown)| !**shown);
        hidden.filter(|((_, patients), _)| *patients > 0).count()
    };
    if hidden(&shown) == 1 {
        let smallest = (0..teams.len())
            .filter(|n| shown[*n] && teams[*n].1 > 0)
            .min_by_key(|n| teams[*n].1);
        if let Some(smallest) = smallest {
            shown[smallest] = false;
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_team_is_not_shown_and_cannot_be_taken_from_the_whole() {
        assert_eq!(comparable(&[(3, 9), (4, 12)]), [true, true]);
        assert_eq!(comparable(&[(2, 9), (4, 12)]), [false, false]);
        assert_eq!(comparable(&[(2, 9), (4, 12), (3, 8)]), [false, true, false]);
        assert_eq!(
            comparable(&[(2, 9), (1, 3), (4, 12), (3, 8)]),
            [false, false, true, true]
        );
        // A team without patients hides nothing.
        assert_eq!(comparable(&[(1, 0), (4, 12)]), [false, true]);
        assert!(comparable(&[]).is_empty());
    }
}
