//! Password hashes: argon2id, a few at a time so that a burst of sign-ins cannot take the memory.

use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// OWASP's first recommendation for argon2id (and ASVS 5.0 appendix C): 46 MiB, one pass, one lane.
const MEMORY_KIB: u32 = 47_104;
/// Hashes at the same time: 2 × 46 MiB at the most.
const AT_ONCE: usize = 2;

/// Shortest password, in characters.
pub const SHORTEST: usize = 12;
/// Longest password, in characters.
pub const LONGEST: usize = 128;

/// Hashes and checks passwords.
#[derive(Debug, Clone)]
pub struct Hasher(Arc<Semaphore>);

impl Default for Hasher {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

fn argon2() -> anyhow::Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, 1, 1, None).map_err(|e| anyhow::anyhow!("{e}"))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

impl Hasher {
    /// Hashes a new password, in PHC form.
    ///
    /// # Errors
    /// When the password's length is outside [`SHORTEST`] to [`LONGEST`], or hashing fails.
    pub async fn hash(&self, password: &str) -> anyhow::Result<String> {
        let length = password.chars().count();
        anyhow::ensure!(
            (SHORTEST..=LONGEST).contains(&length),
            "A password needs {SHORTEST} to {LONGEST} characters"
        );
        let password = password.to_owned();
        self.run(move || {
            let hash = argon2()?.hash_password(password.as_bytes());
            Ok(hash.map_err(|e| anyhow::anyhow!("{e}"))?.to_string())
        })
        .await
    }

    /// Whether a password matches a hash. Without a hash the same work is done and the answer is
    /// no, so that an unknown account takes as long as a known one.
    ///
    /// # Errors
    /// When the stored hash is malformed or the work could not be run.
    pub async fn matches(&self, password: &str, hash: Option<&str>) -> anyhow::Result<bool> {
        let password: String = password.chars().take(LONGEST + 1).collect();
        let hash = hash.map(str::to_owned);
        self.run(move || {
            let Some(hash) = hash else {
                let mut out = [0u8; 32];
                let nobody = argon2()?.hash_password_into(
                    password.as_bytes(),
                    b"no such account.",
                    &mut out,
                );
                return nobody.map(|()| false).map_err(|e| anyhow::anyhow!("{e}"));
            };
            let parsed =
                PasswordHash::new(&hash).map_err(|e| anyhow::anyhow!("stored hash: {e}"))?;
            Ok(argon2()?
                .verify_password(password.as_bytes(), &parsed)
                .is_ok())
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> anyhow::Result<T> + Send + 'static,
    ) -> anyhow::Result<T> {
        let _turn = self.0.acquire().await?;
        tokio::task::spawn_blocking(work).await?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn stored_hashes_are_argon2id_with_46_mib() {
        let hasher = Hasher::default();
        let hash = hasher.hash("correct horse battery").await.unwrap();
        assert!(
            hash.starts_with("$argon2id$v=19$m=47104,t=1,p=1$"),
            "{hash}"
        );
        assert!(
            hasher
                .matches("correct horse battery", Some(&hash))
                .await
                .unwrap()
        );
        assert!(
            !hasher
                .matches("correct horse batterz", Some(&hash))
                .await
                .unwrap()
        );
        assert!(!hasher.matches("correct horse battery", None).await.unwrap());
    }

    #[tokio::test]
    async fn length_is_the_only_rule_here() {
        let hasher = Hasher::default();
        assert!(hasher.hash(&"x".repeat(11)).await.is_err());
        assert!(hasher.hash(&"x".repeat(129)).await.is_err());
        assert!(hasher.hash(&"é".repeat(12)).await.is_ok());
    }
}
