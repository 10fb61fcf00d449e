//! Passwords: hashed with Argon2id on the blocking pool, a bounded number at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use tokio::sync::{OnceCell, Semaphore};

use super::error::IdentityError;
use super::messages::Password;
use super::token::random;

/// Hashing that may wait for its turn; past it, callers are sent away.
const QUEUE: usize = 64;

/// Letters of made-up passwords: none that look alike.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// Hashes and checks passwords.
pub struct Passwords {
    turns: Arc<Semaphore>,
    waiting: AtomicUsize,
    /// Hash of a password that nobody knows: checked when there is no account, so that the time tells nothing.
    nobody: OnceCell<String>,
}

impl Passwords {
    pub fn new(at_once: usize) -> Self {
        let turns = Arc::new(Semaphore::new(at_once.max(1)));
        Self { turns, waiting: AtomicUsize::new(0), nobody: OnceCell::new() }
    }

    /// The hash to be kept, in PHC form.
    pub async fn hash(&self, password: &Password) -> Result<String, IdentityError> {
        let password = password.as_str().to_owned();
        self.run(move || {
            let hashed = Argon2::default().hash_password(password.as_bytes());
            hashed.map(|hash| hash.to_string()).map_err(|_| IdentityError::Damaged("password hash"))
        })
        .await
    }

    /// Whether the password is the one that was hashed.
    pub async fn verify(&self, password: &str, hash: String) -> Result<bool, IdentityError> {
        let password = password.to_owned();
        self.run(move || {
            let hash = PasswordHash::new(&hash).map_err(|_| IdentityError::Damaged("password hash"))?;
            Ok(Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
        })
        .await
    }

    /// Takes as long as `verify`, for an account that does not exist.
    pub async fn verify_nobody(&self, password: &str) -> Result<(), IdentityError> {
        let made = self.nobody.get_or_try_init(|| async { self.hash(&make_up()?).await }).await?;
        self.verify(password, made.clone()).await.map(drop)
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, IdentityError> + Send + 'static,
    ) -> Result<T, IdentityError> {
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= QUEUE {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            return Err(IdentityError::Crowded);
        }
        let turn = self.turns.clone().acquire_owned().await;
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        let turn = turn.map_err(|_| IdentityError::Crowded)?;
        let task = tokio::task::spawn_blocking(move || {
            // The turn ends with the work, even when nobody waits for it any more.
            let _turn = turn;
            work()
        });
        task.await.map_err(|_| IdentityError::Damaged("password hash"))?
    }
}

/// A password of 80 bits that can be read out: `abcd-efgh-ijkl-mnop`.
pub fn make_up() -> Result<Password, IdentityError> {
    let bytes: [u8; 16] = random()?;
    let mut text = String::with_capacity(19);
    for (at, byte) in bytes.into_iter().enumerate() {
        if at > 0 && at % 4 == 0 {
            text.push('-');
        }
        text.push(char::from(LETTERS[usize::from(byte % 32)]));
    }
    Password::parse(text).map_err(|_| IdentityError::Damaged("password"))
}
