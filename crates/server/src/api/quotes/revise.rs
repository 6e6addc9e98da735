//! `POST /api/v1/quotes/{id}/revise`: a new version that takes the place of this one.

use axum::extract::State;
use desk::{
    agents::Role,
    quotes::{RevisedCharge, RevisedLine, Revision},
};
use domain::{
    decimal,
    id::QuoteId,
    money::{Currency, Money, UnitPrice},
    quantity::Thousandths,
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    AppState,
    access::{Access, Caller},
    endpoint::{Endpoint, post},
    extract::{Id, Json},
    problem::{Code, Problem},
    resource::quote::{Party, Quote},
};

/// What is left out stays as it was quoted; an empty text clears.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = QuoteRevision)]
struct Request {
    /// All lines of the new version.
    #[serde(default)]
    lines: Option<Vec<Line>>,
    /// All that comes on top of the goods, such as freight; left out: what comes with the lines. Lower ones than the tables have count
    /// as a discount.
    #[serde(default)]
    charges: Option<Vec<Charge>>,
    /// The last day, an ISO date; else so many days from today as the shop's quotes hold.
    #[serde(default)]
    valid_until: Option<String>,
    #[serde(default)]
    payment: Option<String>,
    #[serde(default)]
    transport: Option<String>,
    #[serde(default)]
    destination: Option<String>,
    #[serde(default)]
    incoterm: Option<String>,
    #[serde(default)]
    port_of_loading: Option<String>,
    #[serde(default)]
    shipping_marks: Option<String>,
    #[serde(default)]
    notes: Option<Vec<String>>,
    #[serde(default)]
    buyer: Option<Party>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RevisedQuoteLine)]
struct Line {
    product: String,
    /// In the product's own unit; three decimals at most.
    #[schema(value_type = f64)]
    quantity: serde_json::Number,
    /// A decimal with tax as in the quote, `46800`; left out: as before, else the price list's.
    #[serde(default)]
    unit_price: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RevisedQuoteCharge)]
struct Charge {
    #[schema(min_length = 1, max_length = 500)]
    name: String,
    /// A decimal with tax as in the quote: `300`.
    amount: String,
}

/// No text of a quote is longer, in characters.
const MAX_TEXT: usize = 500;

pub(crate) fn endpoint() -> Endpoint {
    post(
        "/api/v1/quotes/{id}/revise",
        Access::Role(Role::Agent),
        "Makes a new version; it waits for approval where it gives more than the role may",
        revise,
    )
    .takes::<Request>()
    .gives::<Quote>("the new version, as a draft or waiting for approval")
    .fails(&[Code::InvalidMove])
}

async fn revise(
    State(state): State<AppState>,
    caller: Caller,
    Id(id): Id<QuoteId>,
    Json(request): Json<Request>,
) -> Result<axum::Json<Quote>, Problem> {
    let role = caller.principal.role;
    let currency = state.desk.quote_currency(id).await?;
    let revision = read(request, currency)?;
    let quote = state.desk.revise_quote(id, &revision, role).await?;
    Ok(axum::Json(Quote::of(quote, &state.desk)))
}

fn read(request: Request, currency: Currency) -> Result<Revision, Problem> {
    let lines = request
        .lines
        .map(|lines| lines.into_iter().enumerate().map(|(index, line)| self::line(index, line)).collect());
    let charges = request.charges.map(|charges| {
        charges.into_iter().enumerate().map(|(index, charge)| self::charge(index, charge, currency)).collect()
    });
    let buyer = request.buyer;
    let texts = [
        ("payment", &request.payment),
        ("transport", &request.transport),
        ("destination", &request.destination),
        ("incoterm", &request.incoterm),
        ("port_of_loading", &request.port_of_loading),
        ("shipping_marks", &request.shipping_marks),
    ];
    for (field, text) in texts {
        short(field, text.as_deref())?;
    }
    for note in request.notes.iter().flatten() {
        short("notes", Some(note))?;
    }
    if let Some(Party { name, contact, address, phone, email }) = &buyer {
        for text in [Some(name), contact.as_ref(), address.as_ref(), phone.as_ref(), email.as_ref()] {
            short("buyer", text.map(String::as_str))?;
        }
    }
    Ok(Revision {
        lines: lines.transpose()?,
        charges: charges.transpose()?,
        valid_until: request.valid_until,
        payment: request.payment,
        transport: request.transport,
        destination: request.destination,
        incoterm: request.incoterm,
        port_of_loading: request.port_of_loading,
        shipping_marks: request.shipping_marks,
        notes: request.notes,
        buyer: buyer.map(Into::into),
    })
}

fn line(index: usize, line: Line) -> Result<RevisedLine, Problem> {
    let quantity = decimal::parse_scaled(&line.quantity.to_string(), 3)
        .map_err(|error| Problem::invalid_field(format!("lines[{index}].quantity"), error.to_string()))?;
    let price = line.unit_price.as_deref().map(|text| {
        decimal::parse_scaled(text, UnitPrice::DIGITS)
            .map_err(|error| Problem::invalid_field(format!("lines[{index}].unit_price"), error.to_string()))
    });
    Ok(RevisedLine {
        product: line.product.as_str().into(),
        quantity: Thousandths(quantity),
        unit_price: price.transpose()?,
    })
}

fn charge(index: usize, charge: Charge, currency: Currency) -> Result<RevisedCharge, Problem> {
    short("charges", Some(&charge.name))?;
    let amount = Money::parse(&charge.amount, currency)
        .map_err(|error| Problem::invalid_field(format!("charges[{index}].amount"), error.to_string()))?;
    Ok(RevisedCharge { name: charge.name, minor: amount.minor })
}

fn short(field: &'static str, text: Option<&str>) -> Result<(), Problem> {
    let Some(text) = text else { return Ok(()) };
    if text.chars().count() > MAX_TEXT {
        return Err(Problem::invalid_field(field, format!("`{field}` is longer than {MAX_TEXT} characters")));
    }
    if text.contains('\0') {
        return Err(Problem::invalid_field(field, format!("`{field}` contains U+0000; leave it out")));
    }
    Ok(())
}
