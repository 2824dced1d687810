//! Tree to list. In: the chain as printed. Out: the SDK's list: oldest first, with the ids it gives where the reported
//! exception is a group, and without any where it is not.
//!
//! The SDK numbers depth first from the reported exception: itself, what hangs on it as cause or context, then its members;
//! and reverses the list. A cause or context gets `parent_id` 0, whoever it hangs on.

use super::names;
use super::tree::{Chain, Node};
use super::value;
use crate::bounds::EXCEPTIONS_MAX;
use crate::language::Exception;

/// The list in the event's order. Of a chain longer than the bound the newest are kept.
pub(super) fn list(mut chain: Chain) -> Vec<Exception> {
    let reported_group = chain.last().is_some_and(is_group);
    if !reported_group {
        let left_out = chain.len().saturating_sub(EXCEPTIONS_MAX);
        return chain.drain(left_out..).map(plain).collect();
    }
    let mut numbered = Vec::new();
    number(chain, 0, None, &mut numbered);
    numbered.reverse();
    numbered
}

fn is_group(node: &Node) -> bool {
    node.group || !node.members.is_empty()
}

fn plain(node: Node) -> Exception {
    let (module, ty) = if node.ty.is_empty() || node.without_module {
        (None, node.ty.clone())
    } else {
        names::split(&node.ty, &|_| false)
    };
    Exception {
        ty,
        module,
        value: Some(value::of(&node)),
        is_exception_group: is_group(&node).then_some(true),
        synthetic: node.ty.is_empty(),
        frames: node.frames,
        ..Exception::default()
    }
}

/// Numbers the last of the chain, then the rest of it, then its members.
fn number(mut chain: Chain, parent: u32, source: Option<String>, out: &mut Vec<Exception>) {
    let Some(mut node) = chain.pop() else {
        return;
    };
    if out.len() >= EXCEPTIONS_MAX {
        return;
    }
    let id = u32::try_from(out.len()).unwrap_or(u32::MAX);
    let members = std::mem::take(&mut node.members);
    let link = node.link;
    let group = node.group || !members.is_empty();
    out.push(Exception {
        exception_id: Some(id),
        parent_id: (id > 0).then_some(parent),
        mechanism_type: (id > 0).then(|| "chained".to_owned()),
        source,
        is_exception_group: group.then_some(true),
        ..plain(node)
    });
    if let Some(link) = link {
        number(chain, 0, Some(link.source().to_owned()), out);
    }
    for (at, member) in members.into_iter().enumerate() {
        number(member, id, Some(format!("exceptions[{at}]")), out);
    }
}
