//! Nobody works a masked number out: checked by trying every set of numbers that fits.

use super::*;
use crate::domain::assurance::Period;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// Whether every masked number has two values that fit all that is shown: the first `inner` cells are
/// tried one by one with every number, the totals follow from them.
fn nothing_can_be_derived(
    values: &[u32],
    inner: usize,
    sums: &[Sum],
    masked: &[bool],
) -> Result<(), usize> {
    let most = values[..inner].iter().max().copied().unwrap_or(0) + 2;
    let mut seen = vec![BTreeSet::new(); values.len()];
    let mut trial: Vec<u32> = values.to_vec();
    let hidden: Vec<usize> = (0..inner).filter(|c| masked[*c]).collect();
    for cell in &hidden {
        trial[*cell] = 0;
    }
    loop {
        let mut totals = trial.clone();
        for sum in sums {
            totals[sum.whole] = sum.parts.iter().map(|p| totals[*p]).sum();
        }
        if (0..values.len()).all(|c| masked[c] || totals[c] == values[c]) {
            for (seen, value) in seen.iter_mut().zip(&totals) {
                seen.insert(*value);
            }
        }
        // The next trial, as a counter counts.
        let Some(next) = hidden.iter().find(|c| trial[**c] < most) else {
            let given_away = (0..values.len()).find(|c| masked[*c] && seen[*c].len() < 2);
            return given_away.map_or(Ok(()), Err);
        };
        for cell in hidden.iter().take_while(|c| *c != next) {
            trial[*cell] = 0;
        }
        trial[*next] += 1;
    }
}

/// A table of rows and columns with both kinds of totals.
fn table(cells: &[u32], columns: usize) -> (Vec<u32>, Vec<Sum>) {
    let rows = cells.len() / columns;
    let mut values = cells.to_vec();
    let mut sums = Vec::new();
    let mut total = |values: &mut Vec<u32>, parts: Vec<usize>| {
        values.push(parts.iter().map(|p| values[*p]).sum());
        sums.push(Sum {
            whole: values.len() - 1,
            parts,
        });
        values.len() - 1
    };
    let by_row: Vec<usize> = (0..rows)
        .map(|r| total(&mut values, (0..columns).map(|c| r * columns + c).collect()))
        .collect();
    let by_column: Vec<usize> = (0..columns)
        .map(|c| total(&mut values, (0..rows).map(|r| r * columns + c).collect()))
        .collect();
    let whole = total(&mut values, by_row);
    sums.push(Sum {
        whole,
        parts: by_column,
    });
    (values, sums)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Tables with totals: whatever is masked stays unknown, whatever is small is masked.
    #[test]
    fn no_masked_cell_of_a_table_can_be_derived(cells in prop::collection::vec(0u32..9, 4), columns in 1usize..3) {
        let inner = cells.len();
        let (values, sums) = table(&cells, columns);
        let masked = mask(&values, &sums);
        for (value, masked) in values.iter().zip(&masked) {
            prop_assert!(*masked || !is_small(*value));
        }
        prop_assert_eq!(nothing_can_be_derived(&values, inner, &sums, &masked), Ok(()), "{:?} {:?}", values, masked);
    }

    /// One total of several parts, as a paper with teams has.
    #[test]
    fn no_masked_part_of_a_total_can_be_derived(parts in prop::collection::vec(0u32..9, 1..5)) {
        let inner = parts.len();
        let (values, sums) = table(&parts, 1);
        let masked = mask(&values, &sums);
        prop_assert_eq!(nothing_can_be_derived(&values, inner, &sums, &masked), Ok(()), "{:?} {:?}", values, masked);
        if parts.iter().all(|p| !is_small(*p)) && !is_small(parts.iter().sum()) {
            prop_assert!(masked.iter().all(|m| !m), "nothing is masked without need");
        }
    }

    /// A paper of an organisation's reports: what the words say gives nothing away.
    #[test]
    fn a_paper_gives_nothing_away(
        first in (0u32..6, 0u32..4), later in (0u32..7, 0u32..4), told in 0u32..8,
    ) {
        let late = first.1 + later.1;
        let told = told.min(late);
        let due = first.0 + first.1 + later.0 + later.1;
        let figures = vec![
            share(FigureId::OnTimeFirst, first.0, first.0 + first.1),
            share(FigureId::OnTimeQuarterly, later.0, later.0 + later.1),
            share(FigureId::LateTold, told, due),
            share(FigureId::LateNotTold, late - told, due),
        ];
        let paper = for_paper(std::slice::from_ref(&figures)).remove(0);
        for (shown, figure) in paper.iter().zip(&figures) {
            for count in [shown.numerator, shown.denominator] {
                if let Count::Shown(n) = count {
                    prop_assert!(!is_small(n), "{:?}", shown);
                }
            }
            if let (Count::Shown(n), Count::Shown(d)) = (shown.numerator, shown.denominator) {
                prop_assert!(!is_small(d - n), "what is left over is small: {:?}", shown);
                prop_assert_eq!(&shown.words, &figure.value.in_words());
            } else {
                prop_assert!(!shown.words.contains('%'), "{:?}", shown);
            }
        }
        // Nobody works out a hidden number from the numbers shown: tried with all that fit.
        let told_of = |n: Count, is: u32| match n { Count::Shown(v) => v == is, Count::Masked => true };
        let numbers = [
            first.0, first.0 + first.1, later.0, later.0 + later.1, told, due, late - told, due,
        ];
        let counts: Vec<Count> = paper.iter().flat_map(|p| [p.numerator, p.denominator]).collect();
        let mut seen: Vec<BTreeSet<u32>> = vec![Default::default(); 8];
        for a in 0..=due + 2 { for b in 0..=due + 2 - a { for c in 0..=due + 2 - a - b { for d in 0..=due + 2 - a - b - c {
            let late = b + d;
            // With the late ones split in any way.
            for told in 0..=late {
                let all = [a, a + b, c, c + d, told, late + a + c, late - told, late + a + c];
                if counts.iter().zip(all).all(|(count, is)| told_of(*count, is)) {
                    for (seen, is) in seen.iter_mut().zip(all) { seen.insert(is); }
                }
            }
        }}}}
        for (n, count) in counts.iter().enumerate() {
            if *count == Count::Masked {
                prop_assert!(seen[n].len() > 1, "number {n} of {numbers:?} is given away: {paper:?}");
            }
        }
    }
}

fn share(id: FigureId, numerator: u32, denominator: u32) -> Figure {
    let day = chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
    Figure {
        id,
        definition: String::new(),
        period: Period::new(day, day).unwrap(),
        value: Value::Share {
            numerator,
            denominator,
        },
        cases: vec![],
    }
}

#[test]
fn a_lone_small_number_takes_its_neighbour_with_it() {
    // 3 of 40 in one team would be 43 less 40 otherwise.
    let sums = [Sum {
        whole: 3,
        parts: vec![0, 1, 2],
    }];
    assert_eq!(mask(&[3, 10, 30, 43], &sums), [true, true, false, false]);
    assert_eq!(mask(&[0, 10, 30, 40], &sums), [false; 4]);
}

#[test]
fn a_paper_says_masked_and_no_per_cent() {
    let paper = for_paper(&[vec![share(FigureId::PatientView, 18, 20)]]).remove(0);
    assert_eq!(paper[0].words, "masked of 20");
    let paper = for_paper(&[vec![share(FigureId::PatientView, 0, 0)]]).remove(0);
    assert_eq!(paper[0].words, "No cases");
    let paper = for_paper(&[vec![share(FigureId::PatientView, 2, 3)]]).remove(0);
    assert_eq!(paper[0].words, "masked");
}

#[test]
fn teams_do_not_give_each_other_away() {
    let team = |n, d| vec![share(FigureId::PatientView, n, d)];
    // The third team is not listed: what is left over for it counts as known.
    let paper = for_paper(&[team(30, 60), team(12, 22), team(15, 22)]);
    let all: Vec<&str> = paper.iter().map(|g| g[0].words.as_str()).collect();
    assert_eq!(all.len(), 3);
    assert!(
        all.iter().filter(|w| w.contains(MASK)).count() >= 2,
        "30 less 12 and 15 leaves 3: {all:?}"
    );
}
