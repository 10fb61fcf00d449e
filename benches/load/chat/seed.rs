//! A business with a thousand people who are signed in, written through the server's own code: hashing
//! ten thousand passwords would measure nothing that is asked here.

use std::io;
use std::path::Path;

use kontor::actors::Clock;
use kontor::ids::{RoomId, TenantId, Timestamp, UserId};
use kontor::office::chat::store::messages::{self, Extra, NewMessage};
use kontor::office::chat::text;
use kontor::office::identity::messages::{Person, PersonName, Tenant};
use kontor::office::identity::{EmailAddress, Identity, IdentitySettings};
use kontor::scope::{Role, Scope};
use kontor::store::{SqliteSync, Statement, Store, StoreConfig};

use super::search::Writer;
use crate::peer;

/// The business and what its people need to be let in.
pub struct Business {
    folder: tempfile::TempDir,
    tenant: TenantId,
    people: Vec<(UserId, String)>,
    tokens: Vec<String>,
}

const SLUG: &str = "bench";
const PEOPLE: usize = 1000;
/// Statements of one commit.
const TOGETHER: usize = 1000;

impl Business {
    /// Makes the business, its people, and a sign-in for each of `sockets` connections.
    pub fn make(sockets: usize) -> io::Result<Self> {
        let folder = tempfile::tempdir()?;
        peer::activate(folder.path(), &[peer::tenant(SLUG)])?;
        let runtime = runtime()?;
        let made = runtime.block_on(async {
            let store = open(folder.path()).await?;
            let identity = Identity::new(store.clone(), Clock::system(), IdentitySettings::default());
            let tenant = identity.tenant_by_slug(SLUG).await.map_err(io::Error::other)?;
            let tenant = tenant.ok_or_else(|| io::Error::other("the business is not there"))?;
            let people = people(&identity, &tenant).await?;
            let mut tokens = Vec::with_capacity(sockets);
            for person in people.iter().cycle().take(sockets) {
                tokens.push(sign_in(&identity, &tenant, person).await?);
            }
            store.close().await;
            io::Result::Ok((tenant.id, people, tokens))
        });
        let (tenant, people, tokens) = made?;
        let people = people.into_iter().map(|person| (person.id, person.id.to_string())).collect();
        Ok(Self { folder, tenant, people, tokens })
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn sockets(&self) -> usize {
        self.tokens.len()
    }

    /// Whose sign-in a socket has.
    pub fn user(&self, socket: usize) -> &str {
        &self.people[socket % PEOPLE].1
    }

    pub fn token(&self, socket: usize) -> &str {
        &self.tokens[socket]
    }

    /// Writes messages as the rooms do, in commits of a thousand. No server may be running.
    pub fn fill(&self, rooms: &[String], count: usize) -> io::Result<()> {
        let rooms: Vec<RoomId> =
            rooms.iter().map(|room| room.parse()).collect::<Result<_, _>>().map_err(io::Error::other)?;
        runtime()?.block_on(async {
            let store = open(self.folder.path()).await?;
            let scope = Scope::system(self.tenant);
            let mut writer = Writer::new();
            let start = Clock::system().now() - chrono::TimeDelta::days(700);
            for first in (0..count).step_by(TOGETHER) {
                let numbers = first..count.min(first + TOGETHER);
                let statements = numbers.map(|number| self.message(&rooms, number, start, &mut writer));
                store.write(&scope, statements.collect()).await.map_err(io::Error::other)?;
            }
            store.close().await;
            Ok(())
        })
    }

    fn message(&self, rooms: &[RoomId], number: usize, start: Timestamp, writer: &mut Writer) -> Statement {
        let at = start + chrono::TimeDelta::seconds(number as i64 * 50);
        let room = rooms[number % rooms.len()];
        let author = self.people[writer.below(PEOPLE)].0;
        let body = writer.message();
        let new = NewMessage {
            id: at.timestamp_micros() << 10,
            room,
            seq: (number / rooms.len()) as i64 + 1,
            thread: None,
            topic: None,
            author: Some(author),
            author_name: None,
            command: None,
            body: &body,
            marks: text::marks(room, Some(author), false, false),
            extra: &Extra::default(),
            at,
        };
        messages::insert(self.tenant, new)
    }
}

async fn people(identity: &Identity, tenant: &Tenant) -> io::Result<Vec<Person>> {
    let now = Clock::system().now();
    let mut people = Vec::with_capacity(PEOPLE);
    for number in 0..PEOPLE {
        let email =
            EmailAddress::parse(&format!("person{number}@{SLUG}.example")).map_err(io::Error::other)?;
        let name = PersonName::parse(&format!("Person {number}")).map_err(io::Error::other)?;
        // Nobody signs in by this password.
        people.push((identity.new_account(email, &name, Role::TenantUser, now), "none".to_owned()));
    }
    identity.insert_people(tenant.id, &people, false).await.map_err(io::Error::other)?;
    Ok(people.into_iter().map(|(person, _)| person).collect())
}

async fn sign_in(identity: &Identity, tenant: &Tenant, person: &Person) -> io::Result<String> {
    let signed_in = identity.open_session(tenant.clone(), person.clone()).await.map_err(io::Error::other)?;
    Ok(signed_in.token)
}

/// The store of the folder; what is written before the measurement need not wait for the disk.
async fn open(folder: &Path) -> io::Result<Store> {
    let config = StoreConfig { sqlite_sync: SqliteSync::Normal, ..StoreConfig::embedded(folder) };
    Store::open(&config).await.map_err(io::Error::other)
}

fn runtime() -> io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}
