//! What settled reports say, kept in memory. Pages of a report compare it with years of earlier ones, and
//! what a sent report says is what no other page of the product can change.

use crate::domain::form::progress::Texts;
use crate::domain::identifiers::ReportId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Most bytes of text that are kept. A quarter's report has some 20 KB.
const MOST: usize = 16 * 1024 * 1024;

/// Texts of settled reports. All are forgotten when they become too many: the next page reads those that it
/// needs again.
#[derive(Default)]
pub(super) struct Settled(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    texts: HashMap<ReportId, Arc<Texts>>,
    bytes: usize,
}

/// Says how many, not what.
impl std::fmt::Debug for Settled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        write!(f, "Settled({} reports)", kept.texts.len())
    }
}

fn bytes(texts: &Texts) -> usize {
    let fields = texts.values().flat_map(|fields| fields.iter());
    fields.map(|(name, text)| name.len() + text.len()).sum()
}

impl Settled {
    pub(super) fn of(&self, report: &ReportId) -> Option<Arc<Texts>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.texts.get(report).cloned()
    }

    pub(super) fn keep(&self, report: &ReportId, texts: &Arc<Texts>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let more = bytes(texts);
        if kept.bytes + more > MOST {
            *kept = Kept::default();
        }
        if more <= MOST
            && kept
                .texts
                .insert(report.clone(), Arc::clone(texts))
                .is_none()
        {
            kept.bytes += more;
        }
    }

    /// Forgets everything: a record is being destroyed.
    pub(super) fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Kept::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::form::{AnswerKey, Fields};

    fn texts(length: usize) -> Arc<Texts> {
        let said = Fields::new([("text", "x".repeat(length))]);
        Arc::new(Texts::from([(AnswerKey::row("q", ""), said)]))
    }

    fn report(n: usize) -> ReportId {
        ReportId::parse(&format!("report-{n}")).unwrap()
    }

    #[test]
    fn what_is_kept_is_given_until_it_is_too_much_or_destroyed() {
        let settled = Settled::default();
        assert_eq!(settled.of(&report(0)), None);
        for n in 0..200 {
            settled.keep(&report(n), &texts(100_000));
            assert_eq!(settled.of(&report(n)), Some(texts(100_000)));
            let kept = settled.0.lock().unwrap();
            assert!(kept.bytes <= MOST);
            assert_eq!(
                kept.bytes,
                kept.texts.values().map(|t| bytes(t)).sum::<usize>()
            );
        }
        assert_eq!(settled.of(&report(0)), None, "made room");
        settled.keep(&report(1), &texts(MOST + 1));
        assert_eq!(settled.of(&report(1)), None, "longer than all that is kept");
        settled.keep(&report(2), &texts(5));
        settled.keep(&report(2), &texts(5));
        assert_eq!(settled.of(&report(2)), Some(texts(5)));
        settled.forget();
        assert_eq!(settled.of(&report(2)), None);
    }
}
