//! A quote as a paper in Chinese or English: 报价单, 形式发票, Quotation, Proforma Invoice.

use domain::{
    decimal,
    language::ReplyLanguage,
    money::{Money, UnitPrice},
    quote::{
        Party, Quote, QuoteContent, QuoteLine,
        document::{Align, Block, Cell, Column, Document, Entry, Scaled},
    },
    trade::{Incoterm, InvoiceType},
};

use super::{label, words::in_words};
use crate::reply::format;

/// The paper in `language`. Names, terms and notes stay as they were quoted; titles, labels, dates and the amount in words follow it.
pub fn document(quote: &Quote, language: ReplyLanguage) -> Document {
    let content = &quote.content;
    let paper = Paper { content, zh: language == ReplyLanguage::Zh, language };
    let taxed = content.tax_rate.is_some() && !content.export;
    Document {
        language: if paper.zh { "zh" } else { "en" },
        title: paper.title(),
        heading: content.seller.name.clone(),
        particulars: paper.particulars(quote),
        seller: paper.block(paper.say("供方（卖方）", "Seller"), &content.seller),
        buyer: paper.block(paper.say("需方（买方）", "Buyer"), &content.buyer),
        columns: paper.columns(taxed),
        rows: content.lines.iter().enumerate().map(|(index, line)| paper.row(index, line, taxed)).collect(),
        totals: paper.totals(taxed),
        in_words: Entry::new(paper.say("大写金额", "Amount in words"), in_words(content.total, language)),
        terms: paper.terms(),
        notes: content.notes.clone(),
        signature: paper.say("供方（盖章）", "For and on behalf of the seller").to_owned(),
        sealed: quote.sealed,
        file_name: label(quote),
    }
}

struct Paper<'c> {
    content: &'c QuoteContent,
    zh: bool,
    language: ReplyLanguage,
}

impl Paper<'_> {
    fn say(&self, zh: &'static str, en: &'static str) -> &'static str {
        if self.zh { zh } else { en }
    }

    fn title(&self) -> String {
        let title = if self.content.export {
            self.say("形式发票", "PROFORMA INVOICE")
        } else {
            self.say("报价单", "QUOTATION")
        };
        title.to_owned()
    }

    fn particulars(&self, quote: &Quote) -> Vec<Entry> {
        let date = |iso: &str| format::date(iso, self.language);
        vec![
            Entry::new(self.say("单号", "No."), label(quote)),
            Entry::new(self.say("日期", "Date"), date(&self.content.date)),
            Entry::new(self.say("有效期至", "Valid until"), date(&self.content.valid_until)),
            Entry::new(self.say("币种", "Currency"), self.content.total.currency.code()),
        ]
    }

    fn block(&self, title: &str, party: &Party) -> Block {
        let named = [
            (self.say("联系人", "Attn."), &party.contact),
            (self.say("地址", "Address"), &party.address),
            (self.say("电话", "Tel."), &party.phone),
            (self.say("邮箱", "E-mail"), &party.email),
        ];
        let entries = named.into_iter().filter_map(|(label, value)| {
            let value = value.as_deref().filter(|value| !value.trim().is_empty())?;
            Some(Entry::new(label, value))
        });
        let name = match party.name.trim() {
            "" => "—".to_owned(),
            name => name.to_owned(),
        };
        Block { title: title.to_owned(), name, entries: entries.collect() }
    }

    fn columns(&self, taxed: bool) -> Vec<Column> {
        let column = |zh, en, align, weight| Column { title: self.say(zh, en).to_owned(), align, weight };
        let mut columns = vec![column("序号", "No.", Align::Center, 6)];
        if self.content.export {
            columns.extend([
                column("品名及规格", "Description of goods", Align::Left, 30),
                column("海关编码", "HS code", Align::Center, 12),
                column("原产地", "Origin", Align::Center, 9),
                column("数量", "Quantity", Align::Right, 13),
                column("单价", "Unit price", Align::Right, 14),
                column("金额", "Amount", Align::Right, 16),
            ]);
        } else if taxed {
            columns.extend([
                column("产品名称", "Product", Align::Left, 17),
                column("规格型号", "Model and specification", Align::Left, 22),
                column("数量", "Quantity", Align::Right, 9),
                column("不含税单价", "Net unit price", Align::Right, 13),
                column("含税单价", "Unit price incl. tax", Align::Right, 12),
                column("税率", "Tax", Align::Center, 6),
                column("含税金额", "Amount incl. tax", Align::Right, 15),
            ]);
        } else {
            columns.extend([
                column("产品名称", "Product", Align::Left, 21),
                column("规格型号", "Model and specification", Align::Left, 29),
                column("数量", "Quantity", Align::Right, 12),
                column("单价", "Unit price", Align::Right, 15),
                column("金额", "Amount", Align::Right, 17),
            ]);
        }
        columns
    }

    fn row(&self, index: usize, line: &QuoteLine, taxed: bool) -> Vec<Cell> {
        let number = index + 1;
        let mut cells = vec![Cell {
            text: number.to_string(),
            number: i64::try_from(number).ok().map(|value| Scaled { value, digits: 0, shown: 0 }),
        }];
        let model = match (line.product.as_str(), line.specification.as_str()) {
            (id, "") => id.to_owned(),
            (id, specification) => format!("{id}{}{specification}", self.say("\u{ff1a}", ": ")),
        };
        let quantity = Cell { text: format!("{} {}", quantity(line), line.unit), number: None };
        if self.content.export {
            let shown = |text: &Option<String>| cell(text.as_deref().unwrap_or("—"));
            cells.extend([
                cell(&format!("{}\n{model}", line.name)),
                shown(&line.hs_code),
                shown(&line.origin),
                quantity,
                price(&line.unit_price, line.unit_price.millionths),
                money(line.total),
            ]);
        } else if taxed {
            let rate = self.content.tax_rate.map(|rate| format!("{}%", decimal::format_scaled(rate.0, 3)));
            cells.extend([
                cell(&line.name),
                cell(&model),
                quantity,
                price(&line.unit_price_net, line.unit_price.millionths),
                price(&line.unit_price_gross, line.unit_price.millionths),
                cell(&rate.unwrap_or_default()),
                money(line.total),
            ]);
        } else {
            cells.extend([
                cell(&line.name),
                cell(&model),
                quantity,
                price(&line.unit_price, line.unit_price.millionths),
                money(line.total),
            ]);
        }
        cells
    }

    fn totals(&self, taxed: bool) -> Vec<(String, Cell)> {
        let content = self.content;
        let mut totals = Vec::new();
        if !content.charges.is_empty() {
            let goods = content.lines.iter().map(|line| line.total.minor).fold(0, i64::saturating_add);
            let goods = Money { minor: goods, ..content.total };
            totals.push((self.say("货款", "Goods").to_owned(), money(goods)));
            totals.extend(content.charges.iter().map(|charge| (charge.name.clone(), money(charge.total))));
        }
        if taxed {
            totals.push((self.say("不含税合计", "Total net").to_owned(), money(content.net)));
            totals.push((self.say("税额", "Tax").to_owned(), money(content.tax_amount)));
            totals.push((self.say("含税合计", "Total incl. tax").to_owned(), money(content.total)));
        } else {
            totals.push((self.say("合计", "Total").to_owned(), money(content.total)));
        }
        totals
    }

    fn terms(&self) -> Vec<Entry> {
        let content = self.content;
        let mut terms = Vec::new();
        let mut push = |zh, en, value: Option<String>| {
            if let Some(value) = value.filter(|value| !value.trim().is_empty()) {
                terms.push(Entry::new(self.say(zh, en), value));
            }
        };
        if content.export {
            push("贸易术语", "Incoterm (2020)", self.incoterm());
            push("装运港", "Port of loading", content.port_of_loading.clone());
            push("目的港/地", "Destination", content.destination.clone());
            push("包装", "Packing", self.packing());
            push("毛重", "Gross weight", self.weight());
            push("体积", "Measurement", self.volume());
            push("唛头", "Shipping marks", content.shipping_marks.clone());
        }
        push("发票", "Invoice", self.invoice());
        push("交货期", "Lead time", self.lead_time());
        push("付款方式", "Payment", content.payment.clone());
        if !content.export {
            push("运输方式", "Delivery", content.transport.clone());
            push("收货地", "Place of delivery", content.destination.clone());
        }
        push("对公账户", "Bank details", content.bank_account.clone());
        terms
    }

    /// `FOB Ningbo`: no term without its place.
    fn incoterm(&self) -> Option<String> {
        let content = self.content;
        let term = content.incoterm.as_ref()?;
        let arrives = Incoterm::parse(term).is_some_and(Incoterm::names_arrival);
        let named = if arrives { &content.destination } else { &content.port_of_loading };
        let place = content.incoterm_place.as_ref().or(named.as_ref()).map_or("", String::as_str);
        Some(format!("{term} {place}").trim_end().to_owned())
    }

    fn invoice(&self) -> Option<String> {
        let rate = self.content.tax_rate.map(|rate| decimal::format_scaled(rate.0, 3));
        let name = match self.content.invoice? {
            InvoiceType::Special => self.say("增值税专用发票", "special VAT invoice"),
            InvoiceType::Ordinary => self.say("增值税普通发票", "ordinary VAT invoice"),
            InvoiceType::None => {
                return Some(self.say("不含税，不开发票", "none; prices are without tax").to_owned());
            }
        };
        Some(match rate {
            Some(rate) if self.zh => format!("{name}（{rate}%）"),
            Some(rate) => format!("{name} ({rate}%)"),
            None => name.to_owned(),
        })
    }

    /// One text where all lines have the same, else each with its product.
    fn lead_time(&self) -> Option<String> {
        let lines = &self.content.lines;
        let first = lines.first()?.lead_time.clone();
        if lines.iter().all(|line| line.lead_time == first) {
            return first;
        }
        let each = lines.iter().filter_map(|line| {
            let time = line.lead_time.as_ref()?;
            Some(format!("{}{}{time}", line.product, self.say("\u{ff1a}", ": ")))
        });
        Some(each.collect::<Vec<_>>().join(self.say("\u{ff1b}", "; ")))
    }

    fn packing(&self) -> Option<String> {
        let cartons = self.sum(|packing| Some(packing.cartons))?;
        Some(match (self.zh, cartons) {
            (true, _) => format!("纸箱 {cartons} 件"),
            (false, 1) => "1 carton".to_owned(),
            (false, _) => format!("{cartons} cartons"),
        })
    }

    fn weight(&self) -> Option<String> {
        let grams = self.sum(|packing| packing.gross_grams)?;
        Some(format!("{} kg", format::number(&decimal::format_scaled(grams, 3))))
    }

    /// Cubic metres with three decimals, half up.
    fn volume(&self) -> Option<String> {
        let cubic_centimetres = self.sum(|packing| packing.volume_cm3)?;
        let thousandths = decimal::divide_half_up(i128::from(cubic_centimetres), 1_000);
        Some(format!("{} m³", decimal::format_scaled(i64::try_from(thousandths).ok()?, 3)))
    }

    /// Over all lines, where all of them say it.
    fn sum(&self, of: fn(&domain::quote::LinePacking) -> Option<i64>) -> Option<i64> {
        self.content.lines.iter().try_fold(0_i64, |sum, line| sum.checked_add(of(line.packing.as_ref()?)?))
    }
}

fn cell(text: &str) -> Cell {
    Cell { text: text.to_owned(), number: None }
}

fn quantity(line: &QuoteLine) -> String {
    format::number(&decimal::format_scaled(line.quantity.0, 3))
}

/// With the currency's decimals.
fn money(money: Money) -> Cell {
    let digits = money.currency.minor_digits();
    Cell {
        text: decimals(&money.amount(), digits),
        number: Some(Scaled { value: money.minor, digits, shown: digits }),
    }
}

/// A unit price with as many decimals as `of` has, which is the one that it was derived from, and the currency's at least.
fn price(price: &UnitPrice, of: i64) -> Cell {
    let needed = decimal::format_scaled(of, UnitPrice::DIGITS);
    let needed = needed.split_once('.').map_or(0, |(_, fraction)| fraction.len() as u32);
    let shown = needed.max(price.currency.minor_digits()).min(UnitPrice::DIGITS);
    let scale = 10_i128.pow(UnitPrice::DIGITS - shown);
    let rounded = decimal::divide_half_up(i128::from(price.millionths), scale);
    let value = i64::try_from(rounded).unwrap_or(i64::MAX);
    Cell {
        text: decimals(&decimal::format_scaled(value, shown), shown),
        number: Some(Scaled { value, digits: shown, shown }),
    }
}

/// `960000` → `960,000.00`.
fn decimals(amount: &str, digits: u32) -> String {
    let grouped = format::number(amount);
    if digits == 0 {
        return grouped;
    }
    let (whole, fraction) = grouped.split_once('.').unwrap_or((&grouped, ""));
    format!("{whole}.{fraction:0<width$}", width = digits as usize)
}
