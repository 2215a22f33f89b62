"""The words under which cooperatives keep their lists, folded: headings, languages, sexes, in es, en, fr and rw."""

from __future__ import annotations

from collections.abc import Mapping


def _words(written: str) -> frozenset[str]:
    return frozenset(written.split(","))


# Of two headings that both fit, the column that comes first in the file counts.
HEADINGS: Mapping[str, frozenset[str]] = {
    "phone": _words(
        "telefono,celular,movil,numero de celular,numero celular,numero de telefono,telefono celular,nro celular,"
        "nro de celular,n celular,no celular,num celular,nro cel,n cel,no cel,num cel,cel,telef,"
        "telef celular,tel celular,numero telefonico,nro de telefono,nro telefono,n telefono,no telefono,num telefono,"
        "telefono movil,tel,fono,whatsapp,phone,phone number,mobile,"
        "mobile number,mobile phone,cell,cell phone,cellphone,telephone,tel number,msisdn,portable,"
        "numero de telephone,telephone portable,telefone,nimero ya telefone,nimero ya telefoni,nimero,telefoni"
    ),
    "name": _words(
        "nombre,nombres,nombre completo,nombres y apellidos,nombre y apellido,nombre y apellidos,"
        "apellidos y nombres,apellido y nombre,socio,socia,socio a,nombre del socio,nombre de la socia,productor,"
        "productora,participante,name,full name,names,first name,given name,member,member name,learner,nom,"
        "nom complet,nom et prenom,noms et prenoms,prenom,prenoms,amazina,izina,amazina yombi"
    ),
    "surname": _words(
        "apellidos,apellido,apellido paterno,surname,last name,family name,nom de famille,izina ry umuryango"
    ),
    "language": _words("idioma,lengua,lengua materna,language,preferred language,langue,ururimi"),
    "sex": _words("sexo,sexo h m,sexo m h,sexo f m,sexo m f,genero,sex,gender,sexe,genre,igitsina"),
    "birth_year": _words(
        "ano de nacimiento,ano nacimiento,fecha de nacimiento,fecha nacimiento,f nacimiento,nacimiento,birth year,"
        "year of birth,date of birth,birth date,birthdate,dob,born,annee de naissance,date de naissance,"
        "umwaka w amavuko,itariki y amavuko,edad,edad anos,edad en anos,anos cumplidos,age,imyaka"
    ),
    "community": _words(
        "comunidad,caserio,centro poblado,anexo,sector,localidad,vereda,village,community,communaute,umudugudu"
    ),
    "district": _words("distrito,municipio,district,municipality,commune,akarere,umurenge"),
    "cooperative": _words(
        "cooperativa,organizacion,asociacion,base,cooperative,coop,organisation,organization,koperative"
    ),
    "operator": _words("operador,operadora,compania,empresa telefonica,operator,network,carrier,operateur,umuyoboro"),
    "hour": _words("hora,hora preferida,hour,preferred hour,time,heure,isaha"),
    "reference": _words(
        "referencia,referencia del consentimiento,numero de consentimiento,ficha,numero de ficha,nro de ficha,"
        "consent reference,consent form,form number,reference,reference du consentement,nimero y inyandiko"
    ),
    "given_on": _words(
        "fecha del consentimiento,fecha de consentimiento,fecha de firma,fecha consentimiento,consent date,"
        "date of consent,signed on,date du consentement,date de signature,itariki yo kwemera"
    ),
    "guardian": _words(
        "apoderado,apoderada,tutor legal,padre o tutor,guardian,parent or guardian,tuteur,umurera,umubyeyi"
    ),
}
# Headings of a birth year's column under which a list gives the age instead.
AGES = _words("edad,edad anos,edad en anos,anos cumplidos,age,imyaka")
# What each of ours is called where the program speaks of it.
OURS: Mapping[str, tuple[str, str]] = {
    "phone": ("phone", "celular"),
    "name": ("name", "nombre"),
    "surname": ("surname", "apellidos"),
    "language": ("language", "idioma"),
    "sex": ("sex", "sexo"),
    "birth_year": ("birth year", "año de nacimiento"),
    "community": ("community", "comunidad"),
    "district": ("district", "distrito"),
    "cooperative": ("cooperative", "cooperativa"),
    "operator": ("operator", "operador"),
    "hour": ("hour", "hora"),
    "reference": ("consent reference", "referencia del consentimiento"),
    "given_on": ("consent date", "fecha del consentimiento"),
    "guardian": ("guardian", "apoderado"),
}


def _by_word(meanings: Mapping[str, str]) -> dict[str, str]:
    return {word: code for code, words in meanings.items() for word in words.split(",")}


LANGUAGES: Mapping[str, str] = _by_word(
    {
        "es": "es,esp,espanol,castellano,spanish,espagnol",
        "en": "en,eng,ingles,english,anglais",
        "qu": "qu,que,quechua,runasimi,runa simi,quichua",
        "ay": "ay,aym,aymara,aimara",
        "rw": "rw,kin,kinyarwanda,ikinyarwanda,kiñaruanda",
        "fr": "fr,fra,frances,french,francais,igifaransa",
    }
)
SEXES: Mapping[str, str] = _by_word(
    {
        "f": "f,fem,femenino,femenina,mujer,female,woman,femme,feminin,gore,umugore",
        "m": "masc,masculino,hombre,varon,h,male,man,homme,masculin,gabo,umugabo",
        "x": "x,otro,otra,other,autre,no binario",
    }
)
