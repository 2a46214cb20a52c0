"""Sixty customers that do not exist: name, street, postcode, town, behaviour, terms, size.

The size multiplies what an ordinary order holds. A name after ``<`` is the
group that a subsidiary belongs to.
"""

GERMAN = (
    "Hansa Verwaltung SE|Ballindamm 17|20095|Hamburg|prompt|30|1",
    "Hansa Logistik GmbH < Hansa Verwaltung SE|Grasbrook 4|20457|Hamburg|prompt|30|2",
    "Hansa Kühltechnik GmbH < Hansa Verwaltung SE|Hafen 22|27572|Bremerhaven|prompt|30|2",
    "Alpenglas Manufaktur GmbH|Glashüttenweg 3|94227|Zwiesel|prompt|14-2|1",
    "Brandt & Söhne Anlagenbau GmbH|Industriestraße 48|45356|Essen|slow|30|3",
    "Dachstein Fördertechnik AG|Bergwerkstraße 11|09599|Freiberg|prompt|30|2",
    "Eifel Getränke GmbH & Co. KG|Quellenring 1|54568|Gerolstein|prompt|14-2|1",
    "Fichtelberg Medizintechnik GmbH|Am Stadtpark 9|08056|Zwickau|disputing|30|2",
    "Grünwald Gewächshausbau e.K.|Gärtnerweg 30|04668|Grimma|silent|30|1",
    "Havelland Backwaren GmbH|Mühlenstraße 5|14770|Brandenburg an der Havel|slow|30|1",
    "Isar Messgeräte GmbH|Lindwurmstraße 88|80337|München|prompt|14-2|2",
    "Jade Windservice GmbH|Hafenallee 41|26382|Wilhelmshaven|growing|30|2",
    "Kaltenbach Pumpen GmbH|Schlossweg 16|79400|Kandern|prompt|30|1",
    "Lausitz Recycling GmbH|Grubenweg 7|03046|Cottbus|slow|60|2",
    "Mainufer Chemiepark Betriebs-GmbH|Werkstor 3|65926|Frankfurt am Main|prompt|60|4",
    "Neckar Automation AG|Cannstatter Straße 12|70190|Stuttgart|growing|30|3",
    "Oderbruch Agrartechnik GmbH|Deichweg 2|16259|Bad Freienwalde|dormant|30|1",
    "Pfalz Kellerei Dornbusch KG|Weinstraße 77|67098|Bad Dürkheim|prompt|14-2|1",
    "Quarzwerke Rieth GmbH|Sandgrube 1|52441|Linnich|short-paying|30|2",
    "Rheinhafen Terminal GmbH|Nordkai 15|68159|Mannheim|prompt|30|3",
    "Saale Papier GmbH|Papiermühle 6|07318|Saalfeld|slow|30|2",
    "Spreewald Konserven eG|Gurkenmarkt 8|03222|Lübbenau|prompt|14-2|1",
    "Taunus Klimatechnik GmbH|Feldbergstraße 24|61440|Oberursel|disputing|30|1",
    "Uckermark Biogas GmbH & Co. KG|Am Gutshof 3|17291|Prenzlau|silent|30|2",
    "Vogtland Textil GmbH|Weberstraße 19|08523|Plauen|dormant|30|1",
    "Weserbergland Holzwerke GmbH|Sägewerk 1|37603|Holzminden|short-paying|30|2",
    "Xanten Kieswerke GmbH|Rheinaue 12|46509|Xanten|slow|30|1",
    "Ybbs Turbinenservice GmbH|Passauer Straße 40|94032|Passau|prompt|30|1",
    "Zollern Präzision GmbH|Burgstraße 5|72379|Hechingen|growing|14-2|2",
    "Aller Molkerei GmbH|Molkereiweg 2|29223|Celle|prompt|30|1",
    "Bodensee Obst Lager GmbH|Uferstraße 33|88045|Friedrichshafen|slow|30|1",
    "Chiemgau Sägewerk Huber e.K.|Forststraße 14|83278|Traunstein|dormant|14-2|1",
    "Donau Schiffbau GmbH|Werftgelände 9|93055|Regensburg|prompt|60|3",
    "Elbtal Keramik GmbH|Porzellangasse 21|01662|Meißen|short-paying|30|1",
)

FRENCH = (
    "Ateliers Beaumont SAS|14 rue des Forges|69007|Lyon|prompt|30|2",
    "Brasserie du Vieux Port SARL|3 quai des Belges|13001|Marseille|slow|30|1",
    "Charpentes Delorme SA|27 avenue du Vercors|38000|Grenoble|prompt|60|1",
    "Distribution Hydraulique de l'Ouest SAS|8 boulevard Maritime|44200|Nantes|growing|30|2",
    "Eaux de la Moselle SA|55 route de Thionville|57000|Metz|slow|60|2",
    "Fonderies de l'Ardenne SAS|2 chemin de la Meuse|08000|Charleville-Mézières|disputing|30|2",
    "Garonne Énergies SAS|19 cours du Médoc|33000|Bordeaux|prompt|30|1",
    "Imprimerie Lefèvre et Fils SARL|6 rue Gutenberg|67000|Strasbourg|dormant|30|1",
    "Laiterie du Jura SCA|1 place du Marché|39000|Lons-le-Saunier|prompt|30|1",
    "Mécanique Générale Picarde SAS|41 rue de Noyon|80000|Amiens|short-paying|30|1",
    "Nouvelle Société de Câblage SA|12 allée des Tilleuls|31000|Toulouse|growing|30|2",
    "Pharmacie Industrielle du Nord SAS|90 rue Nationale|59000|Lille|prompt|30|2",
    "Serres de Provence SARL|Route de Cavaillon|84000|Avignon|silent|30|1",
    "Transports Vasseur SAS|Zone du Chêne Vert|45000|Orléans|slow|30|1",
)

AMERICAN = (
    "Appalachian Water Systems Inc.|410 Penn Avenue|15222|Pittsburgh|prompt|30|2",
    "Blue Ridge Instruments LLC|77 Market Street|24011|Roanoke|growing|30|1",
    "Cascade Brewing Equipment Inc.|1820 NW Front Avenue|97209|Portland|slow|30|1",
    "Delta Grain Handling LLC|305 River Road|38103|Memphis|prompt|60|2",
    "Erie Lakes Process Controls Inc.|62 Harbor Drive|44114|Cleveland|growing|30|2",
    "Great Plains Ethanol Co.|9 County Road 12|68801|Grand Island|disputing|30|2",
    "Hudson Valley Labs Inc.|230 Main Street|12601|Poughkeepsie|prompt|30|1",
    "Mojave Solar Services LLC|5100 Desert Inn Road|89146|Las Vegas|silent|30|1",
    "Ozark Timber Products Inc.|18 Mill Street|65802|Springfield|dormant|30|1",
    "Puget Marine Supply Co.|700 Dock Street|98402|Tacoma|short-paying|30|1",
    "Santa Fe Dairy Cooperative|12 Camino Real|87501|Santa Fe|dormant|30|1",
    "Tidewater Coatings LLC|3 Shipyard Lane|23510|Norfolk|prompt|30|1",
)

CONTACTS = {
    "DE": (
        "Anke Bergmann",
        "Jens Hoffmann",
        "Petra Lindner",
        "Uwe Krüger",
        "Sabine Vogt",
        "Tim Albers",
    ),
    "FR": (
        "Claire Fournier",
        "Julien Mercier",
        "Nathalie Roche",
        "Olivier Blanc",
        "Sophie Garnier",
    ),
    "US": ("Linda Carver", "Mark Ellison", "Dana Whitfield", "Scott Hale", "Rebecca Stone"),
}
