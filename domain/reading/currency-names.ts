/**
 * Names of currencies in the languages of shops, in lower case: lists of `name code code …`, parted by `|`, the most
 * usual currency first. `_` stands for a blank. Other cases of letters are found from these.
 */
export const CURRENCY_NAMES: readonly string[] = [
  "euros EUR|euro EUR|eur EUR|ευρώ EUR|ευρω EUR|евро EUR|євро EUR|欧元 EUR|歐元 EUR|ユーロ EUR|유로 EUR|يورو EUR|אירו EUR|eura EUR",
  "us_dollars USD|us_dollar USD|dollars_us USD|us-dollar USD|米ドル USD|美元 USD|美金 USD|달러 USD|ドル USD|долл USD|долларов USD|доллара USD|доллар USD|доларів USD",
  "canadian_dollars CAD|australian_dollars AUD|new_zealand_dollars NZD|singapore_dollars SGD|hong_kong_dollars HKD|加元 CAD|澳元 AUD|港元 HKD|港币 HKD|港幣 HKD|新台币 TWD|新台幣 TWD|台币 TWD|台幣 TWD",
  "dollars USD CAD AUD NZD SGD HKD|dollar USD CAD AUD NZD SGD HKD|bucks USD CAD AUD NZD|dólares USD|dolares USD|dolar USD",
  "pounds_sterling GBP|pound_sterling GBP|pounds GBP|sterling GBP|quid GBP|фунтов GBP|英镑 GBP|英鎊 GBP|ポンド GBP|파운드 GBP|livres_sterling GBP|egyptian_pounds EGP",
  "swiss_francs CHF|schweizer_franken CHF|francs_suisses CHF|franken CHF|franchi CHF|瑞士法郎 CHF|francs CHF XOF XAF FRF|franc CHF XOF XAF FRF|francos CHF",
  "złotych PLN|złoty PLN|złote PLN|zloty PLN|zlotych PLN|zlotys PLN|zl PLN|злотых PLN|злотих PLN",
  "crowns CZK SEK NOK DKK ISK|korun CZK|koruna CZK|koruny CZK|kronor SEK|kronen SEK NOK DKK CZK|krona SEK ISK|kroner NOK DKK|krone NOK DKK|krónur ISK|coronas SEK NOK DKK CZK|couronnes SEK NOK DKK CZK|крон CZK SEK NOK DKK|kc CZK",
  "forint HUF|forints HUF|lev BGN|leva BGN|лева BGN|leu RON MDL|kuna HRK|kune HRK|dinara RSD|динара RSD|денари MKD|liras TRY|lira TRY|lirası TRY|lire TRY|лир TRY",
  "rubles RUB BYN|ruble RUB BYN|roubles RUB BYN|rubel RUB BYN|卢布 RUB|hryvnia UAH|hryvnias UAH|гривні UAH|гривня UAH|гривен UAH|tenge KZT|теңге KZT|manat AZN TMT|lari GEL|ლარი GEL|drams AMD|դրամ AMD",
  "yen JPY|иен JPY|日元 JPY|日圓 JPY|엔 JPY|yuan CNY|renminbi CNY|юаней CNY|人民元 CNY|위안 CNY|won KRW KPW|ウォン KRW|韩元 KRW|韓元 KRW",
  "rupees INR PKR LKR NPR MUR SCR|rupee INR PKR LKR NPR MUR SCR|rupien INR PKR LKR NPR|roupies INR PKR LKR NPR MUR|रुपये INR NPR|रुपए INR|taka BDT|টাকা BDT|baht THB|dong VND|ringgit MYR|rupiah IDR|kyat MMK|kyats MMK|riel KHR|riels KHR",
  "pesos MXN ARS CLP COP PHP UYU DOP CUP|peso MXN ARS CLP COP PHP UYU DOP CUP|reais BRL|reales BRL|soles PEN|guaraníes PYG|guaranies PYG|bolivianos BOB|bolívares VES|colones CRC|quetzales GTQ|lempiras HNL|córdobas NIO|balboas PAB",
  "rand ZAR|rands ZAR|naira NGN|cedis GHS|cedi GHS|shillings KES TZS UGX|shilling KES TZS UGX|birr ETB|kwacha ZMW MWK|pula BWP|meticais MZN",
  "dirhams AED MAD|dirham AED MAD|riyals SAR QAR OMR YER|riyal SAR QAR OMR YER|rials IRR OMR YER|rial IRR OMR YER|dinars KWD BHD JOD IQD TND DZD LYD RSD|dinar KWD BHD JOD IQD TND DZD LYD RSD|shekels ILS|shekel ILS|שקל ILS|שקלים ILS",
  "bitcoin BTC|bitcoins BTC|schilling ATS|peseten ESP|pesetas ESP|gulden NLG ANG",
  "usd USD|gbp GBP|chf CHF|pln PLN|czk CZK|sek SEK|nok NOK|dkk DKK|huf HUF|jpy JPY|cny CNY|inr INR|brl BRL|aud AUD|cad CAD|aed AED|sar SAR",
];

/** Names that are words or parts of words too: they count only right beside a number. */
export const NAMES_BESIDE_NUMBERS: readonly string[] =
  "won rand rands crowns lev lira lire sterling bucks quid dong manat pula lari leu 엔".split(" ");
