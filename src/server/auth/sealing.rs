//! Secrets of authenticators at rest: sealed with a key that is not in the database, so that a stolen
//! backup makes no codes. AES-256-GCM by ring, which TLS brings already; bound to whose secret it is, so
//! that nobody's can be put in the place of another's.

use crate::server::store::{Db, second_factors};
use anyhow::{Context, Result, anyhow, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use std::path::Path;
use std::sync::Arc;

/// What a sealed secret begins with. Base 32 has no colon.
const MARK: &str = "sealed:1:";

/// Seals and opens secrets. Without a key it passes them through.
#[derive(Clone, Default)]
pub struct Sealer(Option<Arc<LessSafeKey>>);

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_some() {
            "Sealer(key)"
        } else {
            "Sealer(none)"
        })
    }
}

impl Sealer {
    /// With the key of a file: 32 bytes in base 64, for example by `openssl rand -base64 32`.
    ///
    /// # Errors
    /// When the file cannot be read or holds something else. The message never holds the key.
    pub fn from_file(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read --secrets-key {}", path.display()))?;
        let bytes = STANDARD.decode(text.trim()).unwrap_or_default();
        let key = UnboundKey::new(&AES_256_GCM, &bytes).map_err(|_| {
            anyhow!("--secrets-key {} must hold 32 bytes in base 64, for example by: openssl rand -base64 32", path.display())
        })?;
        Ok(Self(Some(Arc::new(LessSafeKey::new(key)))))
    }

    /// Seals a secret of somebody.
    ///
    /// # Errors
    /// When the operating system gives no random bytes.
    pub fn seal(&self, secret: &str, whose: &str) -> Result<String> {
        let Some(key) = &self.0 else {
            return Ok(secret.to_owned());
        };
        // Random nonces: far fewer secrets than the 2^32 that a key may seal so.
        let mut nonce = [0u8; NONCE_LEN];
        getrandom::fill(&mut nonce).map_err(|e| anyhow!("no random bytes: {e}"))?;
        let mut bytes = secret.as_bytes().to_vec();
        let unique = Nonce::assume_unique_for_key(nonce);
        key.seal_in_place_append_tag(unique, Aad::from(whose), &mut bytes)
            .map_err(|_| anyhow!("a secret could not be sealed"))?;
        let sealed = [nonce.as_slice(), &bytes].concat();
        Ok(format!("{MARK}{}", STANDARD.encode(sealed)))
    }

    /// Opens what was sealed for somebody; what was never sealed is itself.
    ///
    /// # Errors
    /// When there is no key, another key, or the text was altered or is somebody else's.
    pub fn open(&self, stored: &str, whose: &str) -> Result<String> {
        let Some(text) = stored.strip_prefix(MARK) else {
            return Ok(stored.to_owned());
        };
        let key = self
            .0
            .as_ref()
            .context("a secret is sealed and --secrets-key is not set")?;
        let wrong = || anyhow!("a stored secret cannot be opened with this --secrets-key");
        let bytes = STANDARD.decode(text).map_err(|_| wrong())?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE_LEN).ok_or_else(wrong)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| wrong())?;
        let mut sealed = sealed.to_vec();
        let opened = key
            .open_in_place(nonce, Aad::from(whose), &mut sealed)
            .map_err(|_| wrong())?;
        String::from_utf8(opened.to_vec()).map_err(|_| wrong())
    }

    /// Seals what a database holds unsealed, and checks that what is sealed can be opened.
    ///
    /// # Errors
    /// When something cannot be opened: better no start than people who cannot sign in.
    pub async fn bring_up_to_date(&self, db: &Db) -> Result<()> {
        let stored = second_factors::secrets(db).await?;
        let bare = stored.iter().filter(|(_, s)| !s.starts_with(MARK)).count();
        for (whose, secret) in &stored {
            if self.open(secret, whose).is_err() {
                bail!(
                    "secrets of authenticators in the database are sealed with another key: give the --secrets-key that they were sealed with"
                );
            }
        }
        if self.0.is_none() {
            if bare > 0 {
                tracing::warn!(
                    count = bare,
                    "secrets of authenticators are stored as they are: set --secrets-key"
                );
            }
            return Ok(());
        }
        let mut tx = db.begin().await?;
        for (whose, secret) in stored.iter().filter(|(_, s)| !s.starts_with(MARK)) {
            let sealed = self.seal(secret, whose)?;
            second_factors::reseal(&mut tx, whose, secret, &sealed).await?;
        }
        Ok(tx.commit().await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealer(byte: u8) -> Sealer {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), STANDARD.encode([byte; 32])).unwrap();
        Sealer::from_file(file.path()).unwrap()
    }

    #[test]
    fn a_secret_opens_with_its_key_for_its_owner_only() {
        let (ours, other) = (sealer(7), sealer(8));
        let sealed = ours.seal("JBSWY3DPEHPK3PXP", "person-1").unwrap();
        assert!(!sealed.contains("JBSWY3DP"), "{sealed}");
        assert_ne!(
            sealed,
            ours.seal("JBSWY3DPEHPK3PXP", "person-1").unwrap(),
            "a nonce each"
        );
        assert_eq!(ours.open(&sealed, "person-1").unwrap(), "JBSWY3DPEHPK3PXP");
        assert!(ours.open(&sealed, "person-2").is_err(), "somebody else's");
        assert!(other.open(&sealed, "person-1").is_err(), "another key");
        assert!(
            Sealer::default().open(&sealed, "person-1").is_err(),
            "no key"
        );
        for altered in [&sealed[..sealed.len() - 4], "sealed:1:", "sealed:1:%%%"] {
            assert!(ours.open(altered, "person-1").is_err(), "{altered}");
        }
        // What was stored before there was a key.
        assert_eq!(
            ours.open("JBSWY3DPEHPK3PXP", "x").unwrap(),
            "JBSWY3DPEHPK3PXP"
        );
    }

    #[test]
    fn a_key_file_holds_32_bytes() {
        let file = tempfile::NamedTempFile::new().unwrap();
        for wrong in ["", "short", &STANDARD.encode([1u8; 31])] {
            std::fs::write(file.path(), wrong).unwrap();
            let error = Sealer::from_file(file.path()).unwrap_err().to_string();
            assert!(error.contains("32 bytes"), "{error}");
        }
        assert!(Sealer::from_file(Path::new("/no/such/file")).is_err());
    }
}
