//! Every route, one verb per file.

mod agents;
mod approvals;
mod companies;
mod contacts;
mod conversations;
mod events;
mod inboxes;
mod insights;
mod knowledge;
mod leads;
mod merge_proposals;
mod messages;
mod offers;
mod orders;
mod products;
mod promises;
mod quotes;
mod session;
mod system;
mod tokens;
pub(crate) mod widget;

use crate::endpoint::Endpoint;

/// The one list that the router, the OpenAPI document and the tests of access are made from.
pub(crate) fn endpoints() -> Vec<Endpoint> {
    vec![
        messages::receive::endpoint(),
        conversations::list::endpoint(),
        conversations::read::endpoint(),
        conversations::messages::endpoint(),
        conversations::answer::endpoint(),
        conversations::inquiry::endpoint(),
        conversations::turns::endpoint(),
        conversations::take_over::endpoint(),
        conversations::assign::endpoint(),
        conversations::return_to_assistant::endpoint(),
        conversations::resolve::endpoint(),
        conversations::follow_ups::endpoint(),
        conversations::word_follow_up::endpoint(),
        conversations::cancel_follow_up::endpoint(),
        contacts::list::endpoint(),
        contacts::read::endpoint(),
        contacts::change::endpoint(),
        contacts::merge::endpoint(),
        contacts::unmerge::endpoint(),
        companies::list::endpoint(),
        companies::read::endpoint(),
        companies::merge::endpoint(),
        companies::unmerge::endpoint(),
        merge_proposals::list::endpoint(),
        merge_proposals::dismiss::endpoint(),
        leads::list::endpoint(),
        leads::read::endpoint(),
        leads::change::endpoint(),
        approvals::list::endpoint(),
        approvals::read::endpoint(),
        approvals::approve::endpoint(),
        approvals::counter::endpoint(),
        approvals::reject::endpoint(),
        promises::list::endpoint(),
        quotes::list::endpoint(),
        quotes::read::endpoint(),
        quotes::send::endpoint(),
        quotes::approve::endpoint(),
        quotes::revise::endpoint(),
        quotes::reject::endpoint(),
        quotes::accept::endpoint(),
        quotes::file::pdf_endpoint(),
        quotes::file::xlsx_endpoint(),
        quotes::page::endpoint(),
        quotes::page_accept::endpoint(),
        quotes::page_file::pdf_endpoint(),
        quotes::page_file::xlsx_endpoint(),
        offers::list::endpoint(),
        offers::report::endpoint(),
        orders::list::endpoint(),
        products::list::endpoint(),
        products::read::endpoint(),
        knowledge::current::endpoint(),
        knowledge::revisions::endpoint(),
        knowledge::diff::endpoint(),
        knowledge::replay::endpoint(),
        knowledge::publish::endpoint(),
        knowledge::reload::endpoint(),
        knowledge::suggestions::list::endpoint(),
        knowledge::suggestions::refresh::endpoint(),
        knowledge::suggestions::read::endpoint(),
        knowledge::suggestions::accept::endpoint(),
        knowledge::suggestions::dismiss::endpoint(),
        insights::figures::endpoint(),
        insights::cases::endpoint(),
        inboxes::list::endpoint(),
        agents::list::endpoint(),
        agents::me::endpoint(),
        tokens::list::endpoint(),
        tokens::create::endpoint(),
        tokens::revoke::endpoint(),
        events::endpoint(),
        session::open::endpoint(),
        session::set_up::endpoint(),
        session::read::endpoint(),
        session::close::endpoint(),
        widget::open::endpoint(),
        widget::send::endpoint(),
        widget::history::endpoint(),
        widget::events::endpoint(),
        system::health::endpoint(),
        system::ready::endpoint(),
        system::metrics::endpoint(),
        system::openapi::endpoint(),
    ]
}
