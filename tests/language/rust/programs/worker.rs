//! Fails as its first argument names, and says so as its second names.
use anyhow::Context as _;
use thiserror::Error;

#[derive(Debug, Error)]
#[error("customer {0} not found")]
struct NotFound(u32);

#[derive(Debug, Error)]
enum Payment {
    #[error("gateway timed out")]
    Timeout(#[source] NotFound),
    #[error("card declined:\n  need {0} more\n  ask the bank")]
    Declined(u32, #[source] std::num::ParseIntError),
}

#[inline(never)]
fn charge(order: u32) -> Result<(), Payment> {
    match order {
        17 => Err(Payment::Timeout(NotFound(404))),
        18 => Err(Payment::Declined(20, "x".parse::<u32>().unwrap_err())),
        _ => Ok(()),
    }
}

#[inline(never)]
fn settle(order: u32) -> anyhow::Result<()> {
    charge(order).with_context(|| format!("settling order {order}"))
}

#[inline(never)]
fn config() -> anyhow::Result<String> {
    std::fs::read_to_string("/nowhere/shop.toml").context("reading /nowhere/shop.toml")
}

#[inline(never)]
fn report(order: u32) -> eyre::Result<()> {
    use eyre::WrapErr as _;
    charge(order).wrap_err("settling failed")
}

#[tokio::main]
async fn tasks() {
    let done = tokio::spawn(async {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        charge(17).unwrap();
    });
    eprintln!("task: {:?}", done.await.map_err(|e| e.to_string()));
}

fn plain_logs() {
    env_logger::Builder::new().filter_level(log::LevelFilter::Info).init();
}

fn trace_logs() {
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(false).init();
}

fn main() -> anyhow::Result<()> {
    match std::env::args().nth(1).unwrap_or_default().as_str() {
        "anyhow" => return settle(17),
        "unwrapped" => settle(18).context("nightly").unwrap(),
        "config" => return config().map(|_| ()),
        "bail" => anyhow::bail!("order 17 is none of ours"),
        "declined" => return settle(18).context("nightly"),
        "env_logger" => {
            plain_logs();
            log::info!("worker up");
            log::error!("cannot start: {:?}", config().unwrap_err());
            log::warn!("order 18: {:?}", settle(18).unwrap_err());
            log::error!("{:?}", settle(17).unwrap_err());
            log::info!("worker down");
        }
        "tracing" => {
            trace_logs();
            tracing::info!(port = 8080, "worker up");
            tracing::error!("cannot start: {:?}", config().unwrap_err());
            tracing::error!(error = ?settle(17).unwrap_err(), "settling failed");
            let span = tracing::info_span!("job", id = "a1");
            let _in = span.enter();
            let error = charge(17).unwrap_err();
            tracing::error!(error = &error as &dyn std::error::Error, customer = 404, "settlement failed");
            tracing::info!("worker down");
        }
        "tracing_colour" => {
            tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(true).init();
            tracing::error!("cannot start: {:?}", config().unwrap_err());
            let error = charge(17).unwrap_err();
            tracing::error!(error = &error as &dyn std::error::Error, "settlement failed");
        }
        "tracing_json" => {
            tracing_subscriber::fmt().json().with_writer(std::io::stderr).init();
            tracing::error!("cannot start: {:?}", config().unwrap_err());
            tracing::error!(error = ?settle(17).unwrap_err(), "settling failed");
        }
        "tracing_panic" => {
            trace_logs();
            std::panic::set_hook(Box::new(tracing_panic::panic_hook));
            charge(17).unwrap();
        }
        "log_panics" => {
            plain_logs();
            log_panics::init();
            charge(17).unwrap();
        }
        "eyre" => { eprintln!("Error: {:?}", report(17).unwrap_err()); }
        "eyre_one" => { eprintln!("Error: {:?}", eyre::eyre!("order 17 is none of ours")); }
        "eyre_lines" => { eprintln!("settling: {:?}", report(18).unwrap_err()); }
        "colour" => {
            color_eyre::install().unwrap();
            eprintln!("Error: {:?}", report(17).unwrap_err());
            std::process::exit(1);
        }
        "colour_panic" => {
            color_eyre::install().unwrap();
            charge(17).unwrap();
        }
        "colour_note" => {
            use color_eyre::Section as _;
            color_eyre::install().unwrap();
            let told = report(18).note("the bank is closed").suggestion("ask tomorrow");
            eprintln!("Error: {:?}", told.unwrap_err());
        }
        "tasks" => tasks(),
        _ => {}
    }
    Ok(())
}
