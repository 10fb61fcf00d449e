//! Links at the top of a `Room`.

use actix::{Context, Handler, ResponseFuture};
use reqwest::Url;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::sync::oneshot;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::ids::{Timestamp, UserId, uuid_at};
use crate::scope::Right;
use crate::store::Statement;

use super::error::ChatError;
use super::manage::answer;
use super::messages::{BookmarkChange, ChangeBookmarks};
use super::room::{Done, Pending, Room, Told, event_json};
use super::service::check_emoji;
use super::store::bookmarks::{self, BookmarkRow};
use super::store::rooms;

/// The event that a room's bookmarks are others than before.
pub(super) const BOOKMARKS: &str = "chat.bookmarks";
/// Bookmarks of one room.
const MOST: usize = 50;
/// Characters of a title.
const TITLE: usize = 100;
/// Characters of an address.
const ADDRESS: usize = 2_000;

/// The bookmarks of a room in memory.
#[derive(Clone, Default)]
pub struct Bookmarks {
    pub list: Vec<BookmarkRow>,
    pub managers_only: bool,
}

/// All bookmarks of a room, in their order.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ChatBookmarks)]
pub struct BookmarksJson {
    pub bookmarks: Vec<BookmarkJson>,
    /// Whether only those who manage the room change them.
    pub managers_only: bool,
}

/// A link at the top of a room.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ChatBookmark)]
pub struct BookmarkJson {
    pub id: Uuid,
    pub title: String,
    /// `https://…`, or a path of the web app such as `/documents/ID`.
    pub url: String,
    /// Empty for none.
    pub emoji: String,
    #[schema(required = true)]
    pub by: Option<UserId>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

/// A bookmark to be made.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewChatBookmark)]
pub struct NewBookmark {
    /// 1 to 100 characters.
    pub title: String,
    /// An address with http or https, or the path of a document or a message of ours.
    pub url: String,
    #[serde(default)]
    pub emoji: String,
}

/// What is to be different about a bookmark; only what is named.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChatBookmarkChange)]
pub struct EditedBookmark {
    pub title: Option<String>,
    pub url: Option<String>,
    pub emoji: Option<String>,
    /// Its new place, 0 for the first.
    pub place: Option<usize>,
}

impl From<&Bookmarks> for BookmarksJson {
    fn from(known: &Bookmarks) -> Self {
        let bookmarks = known.list.iter().map(|row| BookmarkJson {
            id: row.id,
            title: row.title.clone(),
            url: row.url.clone(),
            emoji: row.emoji.clone(),
            by: row.by_user,
            created_at: row.created_at,
        });
        Self { bookmarks: bookmarks.collect(), managers_only: known.managers_only }
    }
}

impl Bookmarks {
    /// What they are after a change.
    fn decide(&self, change: BookmarkChange, by: Option<UserId>, at: Timestamp) -> Result<Self, ChatError> {
        let mut next = self.clone();
        match change {
            BookmarkChange::Add(new) => {
                if next.list.len() >= MOST {
                    return Err(ChatError::Invalid(format!("a room has at most {MOST} bookmarks")));
                }
                let (title, url) = (title(&new.title)?, address(&new.url)?);
                let (id, emoji) = (uuid_at(at), emoji(new.emoji)?);
                let row = BookmarkRow { id, place: 0, title, url, emoji, by_user: by, created_at: at };
                next.list.push(row);
            }
            BookmarkChange::Edit(id, edited) => next.edit(id, edited)?,
            BookmarkChange::Remove(id) => {
                let at = next.at(id)?;
                next.list.remove(at);
            }
            BookmarkChange::ManagersOnly(on) => next.managers_only = on,
        }
        for (place, row) in next.list.iter_mut().enumerate() {
            row.place = place as i64;
        }
        Ok(next)
    }

    fn edit(&mut self, id: Uuid, edited: EditedBookmark) -> Result<(), ChatError> {
        let at = self.at(id)?;
        let mut row = self.list.remove(at);
        row.title = edited.title.as_deref().map(title).transpose()?.unwrap_or(row.title);
        row.url = edited.url.as_deref().map(address).transpose()?.unwrap_or(row.url);
        row.emoji = edited.emoji.map(emoji).transpose()?.unwrap_or(row.emoji);
        self.list.insert(edited.place.unwrap_or(at).min(self.list.len()), row);
        Ok(())
    }

    fn at(&self, id: Uuid) -> Result<usize, ChatError> {
        self.list.iter().position(|row| row.id == id).ok_or(ChatError::NoEntry)
    }

    /// The statements that make these out of others: what is not another stays as it is.
    fn statements(&self, room: &Room, before: &Self) -> Vec<Statement> {
        let (tenant, id) = (room.env.tenant, room.id);
        let same = |row: &&BookmarkRow| {
            before.list.iter().any(|old| {
                (old.id, old.place, &old.title, &old.url, &old.emoji)
                    == (row.id, row.place, &row.title, &row.url, &row.emoji)
            })
        };
        let put = self.list.iter().filter(|row| !same(row)).map(|row| bookmarks::put(tenant, id, row));
        let gone = before.list.iter().filter(|old| self.list.iter().all(|row| row.id != old.id));
        let mut statements: Vec<Statement> = put.collect();
        statements.extend(gone.map(|row| bookmarks::remove(tenant, id, row.id)));
        if self.managers_only != before.managers_only {
            statements.push(bookmarks::set_managers_only(tenant, id, self.managers_only));
        }
        statements
    }
}

fn title(text: &str) -> Result<String, ChatError> {
    let text = text.trim();
    let count = text.chars().count();
    if !(1..=TITLE).contains(&count) || text.chars().any(char::is_control) {
        return Err(ChatError::Invalid(format!("a bookmark's title has 1 to {TITLE} characters")));
    }
    Ok(text.to_owned())
}

fn emoji(text: String) -> Result<String, ChatError> {
    if !text.is_empty() {
        check_emoji(&text)?;
    }
    Ok(text)
}

/// Only what a click may open safely.
fn address(text: &str) -> Result<String, ChatError> {
    let text = text.trim();
    let wrong = || ChatError::invalid("a bookmark leads to http, https, a document or a message");
    if text.chars().count() > ADDRESS || text.chars().any(char::is_control) {
        return Err(wrong());
    }
    if text.starts_with("/documents/") || text.starts_with("/chat/") {
        return Ok(text.to_owned());
    }
    let url = Url::parse(text).map_err(|_| wrong())?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(wrong());
    }
    Ok(url.into())
}

impl Room {
    fn change_bookmarks(
        &mut self,
        asked: ChangeBookmarks,
        ctx: &mut Context<Self>,
    ) -> Result<oneshot::Receiver<Result<BookmarksJson, ChatError>>, ChatError> {
        self.require_member(&asked.scope)?;
        let rules = matches!(asked.change, BookmarkChange::ManagersOnly(_));
        let managed = rules || self.bookmarks.managers_only;
        self.require(&asked.scope, if managed { Right::Manage } else { Right::Edit })?;
        let (at, user) = (self.env.clock.now(), asked.scope.user());
        let next = self.bookmarks.decide(asked.change, user, at)?;
        let seq = self.next_seq();
        let mut statements = next.statements(self, &self.bookmarks);
        statements.push(rooms::touch(self.env.tenant, self.id, seq));
        let json = BookmarksJson::from(&next);
        let event = event_json(seq, BOOKMARKS, at, user, json!(&json));
        // At once, so that what comes before this is stored builds on it. Nothing else can refuse it:
        // when the store does, the room begins anew from what is stored.
        self.bookmarks = next;
        let (done, answer) = oneshot::channel();
        let done: Done = Box::new(move |room, result| {
            if result.is_ok() {
                room.row.changed = seq;
            }
            // Who asked has gone away.
            let _ = done.send(result.map(|_| json));
        });
        self.push(Pending::new(seq, statements, Told::Event(event), done), ctx);
        Ok(answer)
    }
}

impl Handler<ChangeBookmarks> for Room {
    type Result = ResponseFuture<Result<BookmarksJson, ChatError>>;

    fn handle(&mut self, asked: ChangeBookmarks, ctx: &mut Context<Self>) -> Self::Result {
        answer(self.change_bookmarks(asked, ctx))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bookmark_leads_only_where_a_click_is_safe() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(address(text).ok().as_deref(), expected, "{text}");
        };
        check("https://example.org/a b", Some("https://example.org/a%20b"));
        check(" http://example.org ", Some("http://example.org/"));
        check("/documents/0198", Some("/documents/0198"));
        check("/chat/0198?at=4", Some("/chat/0198?at=4"));
        check("javascript:alert(1)", None);
        check("//example.org", None);
        check("/admin", None);
        check("data:text/html,hi", None);
        check("", None);
    }

    #[test]
    fn bookmarks_keep_their_order_whatever_moves() {
        let at = chrono::DateTime::UNIX_EPOCH;
        let mut known = Bookmarks::default();
        for name in ["a", "b", "c"] {
            let new =
                NewBookmark { title: name.into(), url: "https://a.example".into(), emoji: String::new() };
            known = known.decide(BookmarkChange::Add(new), None, at).unwrap();
        }
        let last = known.list[2].id;
        let edited = EditedBookmark { place: Some(0), ..EditedBookmark::default() };
        let known = known.decide(BookmarkChange::Edit(last, edited), None, at).unwrap();
        let titles: Vec<_> = known.list.iter().map(|row| (row.title.as_str(), row.place)).collect();
        assert_eq!(titles, [("c", 0), ("a", 1), ("b", 2)]);
    }
}
