//! How somebody works a page: with a pointer, or by keyboard alone.

use crate::driver::{PATIENCE, Scripts};
use crate::keyboard;
use crate::page::{axe, click_button, click_link, field, fill, quoted};
use crate::product::{PASSWORD, Product};
use anyhow::{Context, Result, ensure};
use fantoccini::elements::Element;
use fantoccini::key::Key;
use fantoccini::{Client, Locator};

/// With what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum With {
    Pointer,
    Keyboard,
}

/// Somebody at a browser.
pub struct Hands<'a> {
    pub product: &'a Product,
    pub client: &'a Client,
    pub scripts: Scripts,
    pub with: With,
}

impl Hands<'_> {
    pub async fn open(&self, path: &str) -> Result<()> {
        self.product.open(self.client, path).await
    }

    /// Nothing for axe to find. Needs scripts: without them the pages are the same.
    pub async fn sound(&self, page: &str) -> Result<()> {
        if self.scripts == Scripts::On {
            let found = axe(self.client).await?;
            ensure!(found.is_empty(), "{page}: {found:#?}");
        }
        Ok(())
    }

    pub async fn sign_in(&self, email: &str) -> Result<()> {
        if self.with == With::Pointer {
            return self.product.sign_in(self.client, email).await;
        }
        self.client.delete_all_cookies().await?;
        self.open("/sign-in").await?;
        self.fill("#email", email).await?;
        self.fill("#password", PASSWORD).await?;
        self.button("Sign in").await?;
        self.product.signed_in(self.client).await
    }

    /// Chooses a radio button.
    pub async fn choose(&self, css: &str) -> Result<()> {
        match self.with {
            With::Keyboard => keyboard::choose(self.client, css).await,
            With::Pointer => Ok(self.element(Locator::Css(css), css).await?.click().await?),
        }
    }

    /// Chooses what has this label.
    pub async fn choose_label(&self, words: &str) -> Result<()> {
        let path = format!("//label[normalize-space(.) = {}]", quoted(words)?);
        let label = self.element(Locator::XPath(&path), words).await?;
        let id = label.attr("for").await?.context("a label of nothing")?;
        match self.with {
            With::Keyboard => self.choose(&format!("[id='{id}']")).await,
            With::Pointer => Ok(label.click().await?),
        }
    }

    /// Presses what this finds: with the keyboard, by Enter.
    pub async fn press(&self, css: &str) -> Result<()> {
        let found = self.element(Locator::Css(css), css).await?;
        match self.with {
            With::Pointer => Ok(found.click().await?),
            With::Keyboard => {
                keyboard::reach(self.client, &found).await?;
                keyboard::press(self.client, Key::Enter).await
            }
        }
    }

    /// Chooses in a list the option whose words begin so.
    pub async fn pick(&self, css: &str, words: &str) -> Result<()> {
        let list = self.element(Locator::Css(css), css).await?;
        match self.with {
            With::Pointer => {
                let option = format!(".//option[starts-with(normalize-space(.), '{words}')]");
                Ok(list.find(Locator::XPath(&option)).await?.click().await?)
            }
            With::Keyboard => {
                keyboard::reach(self.client, &list).await?;
                Ok(self.client.active_element().await?.send_keys(words).await?)
            }
        }
    }

    /// Writes into a field, found by its label or by CSS.
    pub async fn fill(&self, name: &str, text: &str) -> Result<()> {
        match self.with {
            With::Pointer => fill(self.client, name, text).await,
            With::Keyboard => {
                let field = field(self.client, name).await?;
                keyboard::write(self.client, &field, text).await
            }
        }
    }

    pub async fn button(&self, words: &str) -> Result<()> {
        match self.with {
            With::Pointer => click_button(self.client, words).await,
            With::Keyboard => self.enter("self::button or @role = 'button'", words).await,
        }
    }

    pub async fn link(&self, words: &str) -> Result<()> {
        match self.with {
            With::Pointer => click_link(self.client, words).await,
            With::Keyboard => self.enter("self::a", words).await,
        }
    }

    async fn enter(&self, kind: &str, words: &str) -> Result<()> {
        let path = format!("//*[({kind}) and normalize-space(.) = {}]", quoted(words)?);
        let found = self.element(Locator::XPath(&path), words).await?;
        keyboard::reach(self.client, &found).await?;
        keyboard::press(self.client, Key::Enter).await
    }

    async fn element(&self, place: Locator<'_>, words: &str) -> Result<Element> {
        let found = self
            .client
            .wait()
            .at_most(PATIENCE)
            .for_element(place)
            .await;
        found.with_context(|| words.to_owned())
    }
}
