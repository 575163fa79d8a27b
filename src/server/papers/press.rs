//! The press: sets document trees in every format, on threads of its own.
//!
//! A burst of papers waits in a queue of bounded length and takes at most half the processors, so pages
//! go on being answered. The threads live as long as the product: each shapes its words once.

use super::{Format, Kind, Paper};
use crate::document::{Attachment, Document, PaperError, PdfOptions, docx, html, pdf_with};
use crate::domain::report::frozen::hex;
use sha2::{Digest, Sha256};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::oneshot;

/// Most papers that wait. Each holds its tree, some hundred kilobytes.
const MOST_WAITING: usize = 512;

type Job = Box<dyn FnOnce() + Send>;

/// Sets papers. Cloning it is cheap; its threads end with the last clone.
#[derive(Debug, Clone)]
pub struct Press(SyncSender<Job>);

/// Why there is no paper. It holds no text of the paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PaperFailure {
    /// The tree cannot be set.
    Unsettable(PaperError),
    /// Too many papers wait already.
    Busy,
    /// Setting it ended in a fault of ours.
    Fault,
}

impl fmt::Display for PaperFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsettable(error) => error.fmt(f),
            Self::Busy => f.write_str("too many papers are waiting to be set"),
            Self::Fault => f.write_str("setting the paper failed"),
        }
    }
}

impl std::error::Error for PaperFailure {}

impl From<PaperError> for PaperFailure {
    fn from(error: PaperError) -> Self {
        Self::Unsettable(error)
    }
}

impl Press {
    /// Starts the threads: half the processors, at least one.
    #[must_use]
    pub fn start() -> Self {
        let (jobs, waiting) = sync_channel::<Job>(MOST_WAITING);
        let waiting = Arc::new(Mutex::new(waiting));
        for number in 0..threads() {
            let waiting = waiting.clone();
            let name = format!("press-{number}");
            let started = std::thread::Builder::new()
                .name(name)
                .spawn(move || work(&waiting));
            if let Err(error) = started {
                tracing::error!(%error, "a thread for papers could not be started");
            }
        }
        Self(jobs)
    }

    /// Sets a document as PDF, HTML and DOCX: all of them or none. With an attachment, the PDF carries
    /// it and keeps PDF/A-3a. Call it outside any transaction.
    ///
    /// # Errors
    /// [`PaperFailure`].
    pub async fn set(
        &self,
        kind: Kind,
        document: Document,
        attachment: Option<Attachment>,
    ) -> Result<Vec<Paper>, PaperFailure> {
        self.run(move || set_now(kind, &document, attachment)).await
    }

    /// Does any other setting of papers on these threads: in its turn, and bounded like all of it.
    ///
    /// # Errors
    /// [`PaperFailure`].
    pub async fn run<T: Send + 'static>(
        &self,
        make: impl FnOnce() -> Result<T, PaperFailure> + Send + 'static,
    ) -> Result<T, PaperFailure> {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move || {
            // Who asked may have given up while this waited.
            if !reply.is_closed() {
                let made = catch_unwind(AssertUnwindSafe(make));
                let _ = reply.send(made.unwrap_or(Err(PaperFailure::Fault)));
            }
        });
        self.0.try_send(job).map_err(|_| PaperFailure::Busy)?;
        answer.await.unwrap_or(Err(PaperFailure::Fault))
    }

    /// Sets `sample` once on every thread, so that the first paper is as fast as the others.
    pub fn warm_up(&self, sample: &Document) {
        for _ in 0..threads() {
            let sample = sample.clone();
            let _ = self.0.try_send(Box::new(move || {
                if let Err(error) = set_now(Kind::Full, &sample, None) {
                    tracing::error!(%error, "the first paper could not be set");
                }
            }));
        }
    }
}

fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, |n| (n.get() / 2).max(1))
}

fn work(waiting: &Mutex<Receiver<Job>>) {
    loop {
        let job = waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .recv();
        match job {
            Ok(job) => {
                // A job that panics must not take the thread with it.
                let _ = catch_unwind(AssertUnwindSafe(job));
            }
            Err(_) => return,
        }
    }
}

/// Sets a document in every format on this thread: for the command line.
///
/// # Errors
/// [`PaperFailure::Unsettable`].
pub fn set_now(
    kind: Kind,
    document: &Document,
    attachment: Option<Attachment>,
) -> Result<Vec<Paper>, PaperFailure> {
    let paper = |format, bytes: Vec<u8>| Paper {
        kind,
        format,
        digest: hex(&Sha256::digest(&bytes)),
        bytes,
    };
    Ok(vec![
        paper(Format::Pdf, pdf_with(document, &PdfOptions { attachment })?),
        paper(Format::Html, html::styled(document).into_bytes()),
        paper(Format::Docx, docx(document)?),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;

    fn document() -> Document {
        Document::new("T", "R", DateTime::UNIX_EPOCH)
    }

    #[tokio::test]
    async fn a_panic_ends_one_paper_and_no_thread() {
        let press = Press::start();
        for _ in 0..2 * threads() {
            press
                .0
                .send(Box::new(|| panic!("a fault of ours")))
                .unwrap();
        }
        let made = press.set(Kind::Full, document(), None).await;
        assert_eq!(made.map(|papers| papers.len()), Ok(3));
    }

    #[tokio::test]
    async fn what_cannot_be_set_is_said_and_nothing_is_half_made() {
        let press = Press::start();
        let mut wrong = document();
        wrong.language = "not a language".into();
        let made = press.set(Kind::Full, wrong, None).await;
        assert!(matches!(
            made,
            Err(PaperFailure::Unsettable(PaperError::Language))
        ));
    }

    #[tokio::test]
    async fn more_than_can_wait_are_turned_away() {
        let press = Press::start();
        let (hold, held) = std::sync::mpsc::channel::<()>();
        let held = Arc::new(Mutex::new(held));
        for _ in 0..threads() {
            let held = held.clone();
            let wait = Box::new(move || {
                let _ = held.lock().unwrap().recv();
            });
            press.0.send(wait).unwrap();
        }
        let full =
            (0..=MOST_WAITING + threads()).any(|_| press.0.try_send(Box::new(|| ())).is_err());
        assert!(full);
        let made = press.set(Kind::Full, document(), None).await;
        assert!(matches!(made, Err(PaperFailure::Busy)));
        drop(hold);
    }
}
