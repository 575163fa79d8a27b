//! Memory that many share, of which no one place takes more than its part.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// One place may hold one part in so many.
const PARTS: usize = 4;

/// How much memory there is, and who holds how much of it.
#[derive(Debug)]
pub(super) struct Room {
    most: usize,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    all: usize,
    places: HashMap<String, usize>,
}

impl Room {
    /// Room for so many bytes.
    pub(super) fn of(most: usize) -> Arc<Self> {
        let held = Mutex::default();
        Arc::new(Self { most, held })
    }

    /// Whether there was room for so many bytes more of one place; they are held then.
    fn take(&self, place: &str, bytes: usize) -> bool {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let its = held.places.get(place).copied().unwrap_or_default();
        let (all, its) = (held.all + bytes, its + bytes);
        if all > self.most || its > self.most / PARTS {
            return false;
        }
        held.all = all;
        held.places.insert(place.to_owned(), its);
        true
    }

    fn give_back(&self, place: &str, bytes: usize) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.all = held.all.saturating_sub(bytes);
        if let Some(its) = held.places.get_mut(place) {
            *its = its.saturating_sub(bytes);
            if *its == 0 {
                held.places.remove(place);
            }
        }
    }
}

/// What one body holds of a room; given back when it is dropped.
#[derive(Debug)]
pub(super) struct Part {
    room: Arc<Room>,
    place: String,
    bytes: usize,
}

impl Part {
    /// Nothing yet.
    pub(super) fn of(room: &Arc<Room>, place: &str) -> Self {
        Self {
            room: Arc::clone(room),
            place: place.to_owned(),
            bytes: 0,
        }
    }

    /// Whether there was room for so many bytes more.
    pub(super) fn grow(&mut self, bytes: usize) -> bool {
        let grown = self.room.take(&self.place, bytes);
        if grown {
            self.bytes += bytes;
        }
        grown
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        self.room.give_back(&self.place, self.bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_room_is_shared_and_given_back() {
        let room = Room::of(100);
        let mut parts: Vec<Part> = ["a", "b", "c", "d"].map(|p| Part::of(&room, p)).into();
        assert!(parts[0].grow(20) && parts[0].grow(5));
        assert!(!parts[0].grow(1), "a quarter for one place");
        let mut again = Part::of(&room, "a");
        assert!(!again.grow(1), "however many bodies it sends");
        assert!(parts[1..].iter_mut().all(|p| p.grow(25)));
        let mut fifth = Part::of(&room, "e");
        assert!(!fifth.grow(1), "all is held");
        parts.remove(0);
        assert!(fifth.grow(25) && !again.grow(1));
        drop((parts, fifth, again));
        let held = room.held.lock().unwrap();
        assert!(held.all == 0 && held.places.is_empty(), "{held:?}");
    }
}
