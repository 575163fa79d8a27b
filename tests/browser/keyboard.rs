//! Working a page by keyboard alone: Tab to get somewhere, then Space, Enter or the arrows.

use anyhow::{Context, Result, bail};
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::elements::Element;
use fantoccini::key::Key;
use fantoccini::{Client, Locator};

/// More presses of Tab than any page has controls.
const MOST: usize = 600;

/// Presses a key and lets it go, wherever the focus is.
pub async fn press(client: &Client, key: Key) -> Result<()> {
    let value = char::from(key);
    let actions = KeyActions::new("keyboard".into())
        .then(KeyAction::Down { value })
        .then(KeyAction::Up { value });
    Ok(client.perform_actions(actions).await?)
}

/// Presses Tab until the element has the focus; for a radio button, until its group has it, which is
/// one stop of the keyboard.
pub async fn reach(client: &Client, wanted: &Element) -> Result<()> {
    const THERE: &str = "
        const [wanted] = arguments, now = document.activeElement;
        return now === wanted || (now.type === 'radio' && wanted.type === 'radio' && now.name === wanted.name);";
    let wanted = serde_json::to_value(wanted)?;
    for _ in 0..MOST {
        if client.execute(THERE, vec![wanted.clone()]).await? == true {
            return Ok(());
        }
        press(client, Key::Tab).await?;
    }
    bail!("{wanted} cannot be reached with Tab")
}

/// Ticks or chooses.
pub async fn choose(client: &Client, css: &str) -> Result<()> {
    const STATE: &str = "
        const [wanted] = arguments, now = document.activeElement;
        return [now === wanted, wanted.checked];";
    let wanted = client
        .find(Locator::Css(css))
        .await
        .with_context(|| css.to_owned())?;
    reach(client, &wanted).await?;
    let value = serde_json::to_value(&wanted)?;
    // Within a group the arrows move the choice.
    for _ in 0..20 {
        let state = client.execute(STATE, vec![value.clone()]).await?;
        match (state[0] == true, state[1] == true) {
            (true, true) => return Ok(()),
            (true, false) => press(client, Key::Space).await?,
            _ => press(client, Key::Down).await?,
        }
    }
    bail!("{css} cannot be chosen with Space and the arrows")
}

/// Replaces what stands in a field: reached with Tab, emptied and written by keys.
pub async fn write(client: &Client, field: &Element, text: &str) -> Result<()> {
    reach(client, field).await?;
    client
        .execute("document.activeElement.select()", vec![])
        .await?;
    let active = client.active_element().await?;
    Ok(active.send_keys(text).await?)
}
