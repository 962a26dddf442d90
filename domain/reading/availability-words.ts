/**
 * What shops, feeds and scrapers write about stock, in the languages of their shops. Phrases are in lower case without
 * accents, one list for each language, parted by `|`; a word that ends in `*` stands for every word that begins so.
 * Another word is one more phrase here and nothing else.
 */

/** It will not come back, whatever else the text says. */
export const GONE: readonly string[] = [
  "discontinued|no longer (available|sold|in stock|stocked|made)|end of life|permanently (out|unavailable|closed)",
  "nicht mehr (lieferbar|verfugbar|erhaltlich|auf lager|vorratig)|auslaufartikel ausverkauft",
  "n'est plus disponible|plus disponible|plus en stock|plus commercialise*|arrete de fabrication",
  "ya no (esta )?disponible|descatalogad*|non piu disponibile|fuori produzione|nao esta mais disponivel|descontinuad*",
  "niet meer (leverbaar|verkrijgbaar|op voorraad|beschikbaar)|uit assortiment|uitlopend niet",
  "wycofan*|vyrazen*|prodej ukoncen|ukonceny predaj|utgatt*|utgar|udgaet|udgaaet|utgatt|poistunut*",
  "снят с производства|снята с производства|больше не|mar nem kaphato|megszunt|scos din",
  "販売終了|生産終了|取扱終了|停产|已停售|下架|단종|판매종료",
];

/** It can be ordered now and is delivered later: pre-orders and back-orders. */
export const PREORDER: readonly string[] = [
  "pre ?order*|pre ?sale|back ?order*|on ?back ?order|available (from|on order|to order|for order)|available [a-z]+ \\d{1,2}",
  "in stock (on|from|by|in) [^ ]+( \\d+)?|special order|expected to ship|ships (on|from) [a-z]+ \\d|on order|advance order",
  "vorbestell*|vorverkauf|vormerk*|lieferbar ab|verfugbar ab|nachbestellt|bestellartikel|im zulauf|wird nachgeliefert",
  "precommand*|pre commande*|en precommande|sur commande|disponible (a partir|des) *|en reapprovisionnement commandable",
  "pre ?venta|reservar ahora|reserva anticipada|bajo pedido|por encargo|disponible (desde|a partir) *",
  "pre ?ordin*|prenota*|in arrivo ordinabile|su ordinazione|disponibile dal *",
  "pre ?venda|encomenda*|por encomenda|sob encomenda|disponivel a partir *",
  "reserveer nu|nabestel*|in bestelling|leverbaar vanaf|voorbestel*|pre ?verkoop",
  "przedsprzeda*|zamow w przedsprzedazy|na zamowienie|dostepn* od \\d+|predobjedn*|predprodej|na objednavku|na objednani|predpredaj",
  "forhandsbestall*|forbestil*|forudbestil*|forhandsbestil*|forhaandsbestill*|forhandsbestill*|restorder|restordre|bestallningsvara|bestillingsvare|ennakkotila*|tilaustuote",
  "elorendel*|rendelesre|precomand*|la comanda|pre ?narud*|prednaroc*|po narudzbi|po narocilu|on siparis|siparis uzerine",
  "предзаказ*|под заказ|предзамовл*|під замовлення|по поръчка|предварителна поръчка|προπαραγγελια|κατοπιν παραγγελιας",
  "予約|取り寄せ|取寄|入荷待ち注文|预售|预订|预购|預購|預訂|예약|طلب مسبق|الطلب المسبق|הזמנה מוקדמת|dat truoc|สั่งจองล่วงหน้า|พรีออเดอร์",
];

/** It cannot be bought now. */
export const OUT_OF_STOCK: readonly string[] = [
  "out of ?stock|outofstock|oos|sold ?out|sold|unavailable|stock ?out|outstock|no stock|zero stock|nil stock|reserved|coming soon",
  "back (in stock )?soon|available (again )?soon|awaiting stock|out of print|in stock soon|notify me|email me when|temporarily out|mark as sold|removed|suspended|paused|none left|all gone|ended|deny|expired|unpurchasable",
  "ausverkauft|vergriffen|derzeit nicht|momentan nicht|zurzeit nicht|zur zeit nicht|aktuell nicht|nicht auf lager|nicht lieferbar|nicht verfugbar|nicht vorratig|(bald|demnachst|in kurze) (wieder )?(verfugbar|lieferbar|erhaltlich)|benachrichtig*|leider nicht|ausgetrunken",
  "rupture*|en rupture|epuise*|indisponible*|hors stock|victime de (son|leur) succes|bientot (disponible|de retour)|m'alerter|prevenez moi|non disponible",
  "agotad*|sin stock|sin existencias|fuera de stock|no disponible*|no hay stock|proximamente|avisame|vendido|indisponivel|esgotad*|sem stock|sem estoque|fora de stock|fora de estoque|avise me|brevemente|em breve",
  "esaurit*|non disponibil*|terminat*|finit*|presto disponibil*|prossimamente|avvisami|sold out|non ordinabile",
  "uitverkocht|niet (leverbaar|beschikbaar|op voorraad|voorradig|in voorraad)|tijdelijk (uitverkocht|niet*)|binnenkort (weer )?(leverbaar|beschikbaar|verwacht)|geen voorraad",
  "niedostepn*|wyprzedan*|brak|brak w magazynie|brak towaru|chwilowo niedostepn*|powiadom*|nakład wyczerpany|wyczerpan*|sprzedan*",
  "vyprodan*|neni skladem|nie je skladom|nedostupn*|vypredan*|neni na sklade|nie je na sklade|neskladem|docasne nedostupn*|hlidat*",
  "slutsald*|slut i lager|slut|ej i lager|inte i lager|ej tillganglig*|tillfalligt slut|udsolgt|ikke pa lager|ikke paa lager|utsolgt|ikke tilgjengelig|ikke tilgaengelig|loppu*|ei varastossa|ei saatavilla|varasto loppu|tilapaisesti loppu",
  "elfogyott|nincs (keszleten|raktaron)|nem elerheto|nem kaphato|keszlethiany|stoc epuizat|epuizat*|indisponibil*|nu este in stoc|lipsa stoc|fara stoc|nedisponibil*",
  "rasprodan*|nema na zalihi|nema na skladistu|nije dostupn*|nije na zalihi|nedostupn*|razprodan*|ni na zalogi|ni na voljo|neturime|isparduot*|nera sandelyje|izpardot*|nav noliktava|nav pieejam*|laos otsas|otsas|valja muudud|labi muudud",
  "tukendi|stokta yok|stok yok|mevcut degil|temin edilemiyor|gecici olarak temin edilemiyor|satista degil|habis|stok habis|kosong|tidak tersedia|het hang|tam het hang|khong co san",
  "нет в наличии|отсутствует|закончил*|распродан*|раскупил*|недоступ*|продано|нет на складе|нет товара|ожидается|скоро в продаже|сообщить о поступлении",
  "немає в наявності|нема в наявності|закінчи*|розпродан*|відсутн*|нема на складі|немає на складі|изчерпан*|няма наличност|не е налич*|разпродаден*|распродато|нема на залихи",
  "εξαντλη*|μη διαθεσιμ*|δεν ειναι διαθεσιμ*|εκτος αποθεματος|δεν υπαρχει",
  "在庫[ :]{0,3}なし|在庫切れ|在庫がありません|在庫無し|品切れ|品切|売り切れ|売切れ|売切|完売|入荷待ち|欠品|再入荷|缺货|缺貨|无货|無貨|售罄|售完|售缺|已售完|已售|补货中|補貨中|暂无库存|暫無庫存|没有库存|没货|到货通知|품절(?! ?임박)|매진|일시품절|재고 ?없음|입고 ?예정|재입고",
  "غير متوفر*|غير متاح*|نفد*|نفذ*|نفدت الكمية|אזל*|אזל מהמלאי|לא במלאי|לא זמין|חסר במלאי|ناموجود|สินค้าหมด|หมดสต็อก|หมด|ไม่มีสินค้า|हट|स्टॉक में नहीं|उपलब्ध नहीं|स्टॉक समाप्त",
];

/** It can be bought now. */
export const IN_STOCK: readonly string[] = [
  "in ?stock|instock|available|in ?store ?only|online ?only|limited ?availability|limited stock|low stock|low in stock|low inventory|limited quantit*|few left|almost gone|last one|last few|selling fast|going fast|hurry|\\d+ ?(pcs|pieces|units|items|copies)?( are| is)?( still)? (left|remaining|available)|made ?to ?order|custom made",
  "ships (today|now|tomorrow|immediately|same day|within|in \\d)|usually (ships|dispatched)|ready to ship|dispatched (within|in|today)|add to (cart|bag|basket|trolley)|buy (it )?now|for sale|orderable|limited|active|on hand|stocked|continue|purchasable|on the shelf|plenty",
  "auf lager|lagernd|lagerware|verfugbar|lieferbar|vorratig|vorhanden|erhaltlich|am lager|ab lager|sofort|versandfertig|versandbereit|nur noch \\d+|noch \\d+|wenige (exemplare|stuck|artikel)|geringer bestand|letzte (stucke|exemplare|artikel)|in den warenkorb|bestand|lieferzeit|levertijd|bestellbar|kaufbar|kurzfristig lieferbar|auf bestellung gefertigt",
  "en stock|disponible*|en magasin|expedie (sous|en|sous)|plus que \\d+|il (ne |n'en )?reste|dispo|sur stock|dernier*|stock (limite|faible)|quantite limitee|ajouter au panier|livraison (sous|en)|en rayon|expedition (sous|immediate|en)",
  "en existencia*|hay stock|hay existencias|quedan \\d+|queda \\d+|solo quedan|solo queda|ultim* unidad*|pocas unidades|anadir (al carrito|a la cesta)|envio inmediato|en almacen|con stock|disponivel|disponiveis|em stock|em estoque|restam \\d+|resta \\d+|apenas \\d+|ultim*|pronta entrega|adicionar ao carrinho",
  "disponibil*|in magazzino|a magazzino|pronta consegna|solo \\d+|rimangono (solo )?\\d+|ultim* pezz*|disponibilita (immediata|limitata)|aggiungi al carrello|in giacenza",
  "op voorraad|in voorraad|voorradig|leverbaar|beschikbaar|verkrijgbaar|direct leverbaar|nog \\d+|laatste stuk*|beperkte voorraad|in winkelwagen|uit voorraad|morgen in huis|vandaag verzonden",
  "dostepn*|na stanie|w magazynie|na skladzie|w sprzedazy|ostatnie sztuki|ostatnia sztuka|zostal* \\d+|do koszyka|wysylka (w|dzis|jutro|natychmiast)*|duza ilosc|mala ilosc|srednia ilosc|od reki|jest",
  "skladem|na sklade|skladom|k dispozici|k dispozicii|dostupn*|ihned k odberu|posledni* (\\d+ )?(kus*|ks)|posledny* (\\d+ )?(kus*|ks)|do kosiku|do kosika|mame|na prodejne|na predajni",
  "i lager|pa lager|paa lager|finns i lager|finns|tillganglig*|lagervara|tilgjengelig*|tilgaengelig*|lagerfores|fa kvar|\\d+ kvar|\\d+ igen|\\d+ tilbage|\\d+ igjen|laeg i kurv|leveransklar|varastossa|saatavilla|saatavana|heti toimitettavissa|\\d+ jaljella|lisaa ostoskoriin",
  "raktaron|keszleten|elerheto|kaphato|rendelheto|szallithato|utolso darab*|kosarba|van keszleten|in stoc|pe stoc|ultimele|ultimul|stoc limitat|adauga in cos|stoc suficient|stoc furnizor|limitat",
  "na zalihi|na zalihama|na skladistu|na zalogi|na voljo|dobavljiv*|yra sandelyje|turime|prekyboje|yra|ir noliktava|noliktava|pieejam*|laos|laos olemas|saadaval",
  "stokta|stokta var|mevcut|hemen kargo|son \\d+ urun|sepete ekle|tukenmek uzere|satista|stok var|tersedia|ready stock|stok tersedia|con hang|san hang|co san",
  "в наличии|есть|есть в наличии|на складе|доступ*|осталось|остал*|мало|много|достаточно|в корзину|имеется|заканчивается",
  "в наявності|є в наявності|наявн*|на складі|закінчується|в кошик|налично|наличен|налична|налични|в наличност|на залихи|доступно",
  "διαθεσιμ*|σε αποθεμα|αμεσα διαθεσιμ*|ετοιμοπαραδοτ*|αμεση παραλαβη|παραδοση σε|στο καλαθι",
  "在庫[ :]{0,3}あり|在庫有り|在庫有|在庫僅少|在庫わずか|残りわずか|残り\\d+|あと\\d+|即納|即日発送|翌日発送|通常配送|発売中|有货|有貨|现货|現貨|有库存|有庫存|库存充足|库存紧张|仅剩|僅剩|剩余|尚有|可购买|재고 ?있음|재고있음|구매 ?가능|판매 ?중|당일발송|남은 ?수량|품절 ?임박",
  "متوفر*|متاح*|موجود*|في المخزون|في المخزن|במלאי|זמין|קיים במלאי|יש במלאי|มีสินค้า|พร้อมส่ง|มีของ|เหลือ \\d+|उपलब्ध|स्टॉक में|स्टॉक में है",
];

/** A word that turns "in stock" into its contrary when it stands right before it. */
export const NEGATIONS: readonly string[] = [
  "not|no|isn't|isnt|never|without|nicht|kein|keine|keinen|ohne|non|pas|n'est|sans|sin|sem|nao|senza|niet|geen|zonder|nie|nije|neni|nema|bez|brak|ikke|inte|ej|ei|ingen|nem|nincs|nu|fara|ni|nav|nera|degil|yok|tidak|khong",
  "не|нет|нема|немає|без|няма|δεν|μη|χωρις|غير|ليس|לא|אין|ไม่|नहीं",
];

/** Words of a data format. `none` and the like mean that nothing was said, not that there is none. */
export const YES: readonly string[] = ["true|yes|y|on|ja|oui|si|sim|tak|ano|evet|да|так|now|t"];
export const NO: readonly string[] = ["false|no|n|off|nein|non|nao|nie|ne|hayir|нет|ні|nei|nej|f"];
export const NOTHING_SAID: readonly string[] = ["none|null|undefined|nan|n a|na|unknown|nil"];

/** What a count of pieces is called, before or behind it. */
export const PIECES_BEFORE =
  "stock( level)?|in stock|qty|quantity|inventory|lager|lagerbestand|bestand|auf lager|verfugbar|menge|stuckzahl|quantite|cantidad|" +
  "quantita|quantidade|estoque|voorraad|aantal|ilosc|stan( magazynowy)?|sklad|skladem|pocet|lagersaldo|antal|antall|raktarkeszlet|" +
  "stoc|stok|остаток|наличие|количество|кількість|αποθεμα|在庫数?|库存量?|庫存量?|재고|المخزون|מלאי";
export const PIECES_BEHIND =
  "pcs?|pieces?|units?|items?|ea|stk|stuck|st|ks|szt|db|buc|unidades?|unites?|pezzi|pz|stuks|kpl|kusu?|kom|adet|" +
  "шт|штук|τεμ|個|点|件|个|台|개";
