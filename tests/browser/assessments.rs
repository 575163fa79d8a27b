//! Self-assessment and assurance in a browser.

mod cycle;

mod pages;
mod saving;

use super::product::{MOIRA, Product};
use anyhow::{Context, Result};
use fantoccini::{Client, Locator};

const BEA: &str = "bea.lindqvist@harrowdene.example.org";

/// The assessment that is under way.
pub async fn under_way(product: &Product, client: &Client) -> Result<String> {
    product.open(client, "/assessments").await?;
    let row = "//tr[contains(., 'Gathering evidence') or contains(., 'Second view') or contains(., 'With the executive')]//a";
    let link = client.find(Locator::XPath(row)).await?;
    link.attr("href").await?.context("a path")
}
