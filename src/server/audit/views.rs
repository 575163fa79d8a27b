//! The rows of views: written together, each before its page is answered.

use super::{Event, record_in};
use crate::server::store::Db;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{mpsc, oneshot};

/// Writes the rows of views. Views that arrive together are committed together, each before its page
/// is answered: a commit that waits for the disk is shared instead of queued for.
#[derive(Debug, Clone)]
pub struct Views(mpsc::Sender<(Event, oneshot::Sender<bool>)>);

/// A view on its way to the audit.
#[derive(Debug)]
pub struct Receipt(oneshot::Receiver<bool>);

impl Receipt {
    /// Waits until the view is durable.
    ///
    /// # Errors
    /// [`NotRecorded`] when it never will be.
    pub async fn recorded(self) -> Result<(), NotRecorded> {
        match self.0.await {
            Ok(true) => Ok(()),
            _ => Err(NotRecorded),
        }
    }
}

/// What one request looked at: its page is made while the audit is written, and answered after it.
#[derive(Debug, Clone, Default)]
pub struct Viewing(Arc<Mutex<Vec<Receipt>>>);

impl Viewing {
    /// Adds a view to those that the answer waits for.
    pub fn wait_for(&self, view: Receipt) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(view);
    }

    /// Waits until every view is durable.
    ///
    /// # Errors
    /// [`NotRecorded`] when one never will be: then the page must not be shown.
    pub async fn recorded(&self) -> Result<(), NotRecorded> {
        let views = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        for view in views {
            view.recorded().await?;
        }
        Ok(())
    }
}

/// The view could not be recorded, so the page must not be shown.
#[derive(Debug, Clone, Copy)]
pub struct NotRecorded;

impl std::fmt::Display for NotRecorded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a view could not be recorded")
    }
}

impl std::error::Error for NotRecorded {}

/// Most views in one commit.
const MOST_TOGETHER: usize = 256;

impl Views {
    /// Starts the writer. It ends when the last `Views` is dropped.
    #[must_use]
    pub fn start(db: Db) -> Self {
        let (sender, mut waiting) =
            mpsc::channel::<(Event, oneshot::Sender<bool>)>(4 * MOST_TOGETHER);
        tokio::spawn(async move {
            let mut batch = Vec::new();
            while waiting.recv_many(&mut batch, MOST_TOGETHER).await > 0 {
                let written = write(&db, batch.iter().map(|(event, _)| event)).await;
                if let Err(error) = &written {
                    tracing::error!(%error, "views could not be recorded");
                }
                for (_, reply) in batch.drain(..) {
                    let _ = reply.send(written.is_ok());
                }
            }
        });
        Self(sender)
    }

    /// Records a view and waits until it is durable.
    ///
    /// # Errors
    /// [`NotRecorded`] when it is not.
    pub async fn record(&self, event: Event) -> Result<(), NotRecorded> {
        self.begin(event).await.recorded().await
    }

    /// Sends a view on its way.
    pub async fn begin(&self, event: Event) -> Receipt {
        let (reply, answer) = oneshot::channel();
        // Where the writer is gone, so is the reply: the receipt says so.
        let _ = self.0.send((event, reply)).await;
        Receipt(answer)
    }
}

async fn write<'a>(db: &Db, events: impl Iterator<Item = &'a Event>) -> sqlx::Result<()> {
    let mut chains: BTreeMap<&str, Vec<&Event>> = BTreeMap::new();
    for event in events {
        chains.entry(&event.chain).or_default().push(event);
    }
    let mut tx = db.begin().await?;
    for (chain, events) in chains {
        record_in(&mut tx, chain, &events).await?;
    }
    tx.commit().await
}
