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

/// What is wrong with a password that somebody chooses; nothing when it may be used. `about` is what
/// others know of them: name, e-mail address, organisation.
///
/// The lists of common passwords, words and names are those that the crate `zxcvbn` carries; a score
/// below 3 of 4 means that it falls to fewer than 10⁸ guesses.
#[must_use]
pub fn problem(password: &str, about: &[&str]) -> Option<&'static str> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Some(
            "Choose a password of at least 12 characters. Three or four unusual words do well",
        );
    }
    if length > LONGEST {
        return Some("Choose a password of at most 128 characters");
    }
    let about: Vec<String> = about.iter().map(|text| text.to_lowercase()).collect();
    let known: Vec<&str> = about
        .iter()
        .flat_map(|text| text.split(|c: char| !c.is_alphanumeric()))
        .chain(about.iter().map(String::as_str))
        .filter(|word| word.chars().count() >= 3)
        .chain([
            "social",
            "supervision",
            "reports",
            "conditional",
            "discharge",
        ])
        .collect();
    // What others know of the person is no secret: at least 8 characters must be something else.
    let mut rest = password.to_lowercase();
    for word in &known {
        rest = rest.replace(word, "");
    }
    let unknown = rest.chars().filter(|c| c.is_alphanumeric()).count();
    let weak = zxcvbn::zxcvbn(password, &known).score() < zxcvbn::Score::Three;
    (weak || unknown < 8).then_some(
        "That password is easy to guess: it is common, repeats itself or has your name in it. Choose another",
    )
}

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

    #[test]
    fn common_passwords_are_refused_and_long_ones_need_no_signs() {
        let about = ["Priya Nandakumar", "priya.nandakumar@northmere.example.org"];
        for common in [
            "password1234",
            "123456789012",
            "qwertyuiop12",
            "aaaaaaaaaaaaaaaa",
            "letmeinletmein",
            "PriyaNandakumar1",
            "iloveyou2026",
            "Password123!",
            "abcabcabcabc",
            "short words",
            "",
            "nandakumar2026",
        ] {
            assert!(problem(common, &about).is_some(), "{common}");
        }
        for good in [
            "correct horse battery staple",
            "tarnbeck demo only",
            "mist kettle forty gulls",
            "dŵr oer y mynydd mawr",
        ] {
            assert_eq!(problem(good, &about), None, "{good}");
        }
        assert!(
            problem(&"xk cd 9 q".repeat(15), &about).is_some(),
            "135 characters are too many"
        );
    }

    #[tokio::test]
    async fn length_is_the_only_rule_here() {
        let hasher = Hasher::default();
        assert!(hasher.hash(&"x".repeat(11)).await.is_err());
        assert!(hasher.hash(&"x".repeat(129)).await.is_err());
        assert!(hasher.hash(&"é".repeat(12)).await.is_ok());
    }
}
