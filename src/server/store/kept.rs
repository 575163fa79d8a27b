//! What was read and does not change, kept in memory: pages read it again and again.
//!
//! The key names one state of it for ever: a settled report, a version of a record. So nothing here can
//! be out of date, whoever writes to the database.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

/// Most bytes of text that one of these keeps. A quarter's report has some 20 KB, a record some 5 KB.
const MOST: usize = 16 * 1024 * 1024;

/// Things kept under their keys. All are forgotten when they become too many: the next page reads those
/// that it needs again.
pub(super) struct Kept<K, V>(Mutex<Held<K, V>>);

struct Held<K, V> {
    all: HashMap<K, Arc<V>>,
    bytes: usize,
}

impl<K, V> Default for Held<K, V> {
    fn default() -> Self {
        Self {
            all: HashMap::new(),
            bytes: 0,
        }
    }
}

impl<K, V> Default for Kept<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

/// Says how many, not what.
impl<K, V> std::fmt::Debug for Kept<K, V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        write!(f, "{} kept", held.all.len())
    }
}

impl<K: Eq + Hash, V> Kept<K, V> {
    pub(super) fn of(&self, key: &K) -> Option<Arc<V>> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.all.get(key).cloned()
    }

    /// Keeps what is under this key for ever; `bytes` is the length of its text.
    pub(super) fn keep(&self, key: K, value: &Arc<V>, bytes: usize) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if held.bytes + bytes > MOST {
            *held = Held::default();
        }
        if bytes <= MOST && held.all.insert(key, Arc::clone(value)).is_none() {
            held.bytes += bytes;
        }
    }

    /// Forgets everything: a record is being destroyed.
    pub(super) fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Held::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_given_until_it_is_too_much_or_destroyed() {
        let kept: Kept<usize, String> = Kept::default();
        let text = |length: usize| Arc::new("x".repeat(length));
        assert_eq!(kept.of(&0), None);
        for n in 0..200 {
            kept.keep(n, &text(100_000), 100_000);
            assert_eq!(kept.of(&n), Some(text(100_000)));
            let held = kept.0.lock().unwrap();
            assert!(held.bytes <= MOST);
            assert_eq!(
                held.bytes,
                held.all.values().map(|t| t.len()).sum::<usize>()
            );
        }
        assert_eq!(kept.of(&0), None, "made room");
        kept.keep(1, &text(MOST + 1), MOST + 1);
        assert_eq!(kept.of(&1), None, "longer than all that is kept");
        kept.keep(2, &text(5), 5);
        kept.keep(2, &text(5), 5);
        assert_eq!(kept.of(&2), Some(text(5)));
        kept.forget();
        assert_eq!(kept.of(&2), None);
    }
}
