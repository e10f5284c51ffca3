// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/ExportDialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QSpinBox>

namespace formulens {

namespace {

struct Format
{
    QString title;
    QString suffix;
    std::variant<Language, PictureFormat> format;
    bool asShown = false; ///< may be written with the digits shown
};

const QList<Format>& pictureFormats()
{
    static const QList<Format> list{
        {ExportDialog::tr("PNG picture"), QStringLiteral("png"), PictureFormat::Png},
        {ExportDialog::tr("SVG picture"), QStringLiteral("svg"), PictureFormat::Svg},
        {ExportDialog::tr("PDF"), QStringLiteral("pdf"), PictureFormat::Pdf},
    };
    return list;
}

const QList<Format>& formulaFormats()
{
    static const QList<Format> list = QList<Format>{
        {ExportDialog::tr("LaTeX, to paste into a paper"), QStringLiteral("tex"), Language::Latex, true},
        {ExportDialog::tr("LaTeX, a whole document"), QStringLiteral("tex"), Language::LatexDocument, true},
        {ExportDialog::tr("Text"), QStringLiteral("txt"), Language::Text, true},
        {ExportDialog::tr("MathML"), QStringLiteral("mml"), Language::MathMl, true},
        {ExportDialog::tr("C function"), QStringLiteral("c"), Language::C},
        {ExportDialog::tr("Python function"), QStringLiteral("py"), Language::Python},
        {ExportDialog::tr("JSON, which Formulens reads back"), QStringLiteral("json"), Language::Json},
    } + pictureFormats();
    return list;
}

const QList<Format>& formatsOf(const ExportView& view)
{
    return view.isFormula ? formulaFormats() : pictureFormats();
}

} // namespace

ExportDialog::ExportDialog(const QList<ExportView>& views, QWidget* parent)
    : QDialog(parent)
    , m_views(views)
    , m_view(new QComboBox(this))
    , m_format(new QComboBox(this))
    , m_numbers(new QComboBox(this))
    , m_resolution(new QSpinBox(this))
    , m_transparent(new QCheckBox(tr("transparent instead of white paper"), this))
    , m_hint(new QLabel(this))
{
    setWindowTitle(tr("Export"));
    for (const auto& view : m_views)
        m_view->addItem(view.title);
    m_numbers->addItems({tr("as shown"), tr("in full")});
    m_numbers->setToolTip(
        tr("As shown: with the digits on the screen, and what that does to the values as a comment."));
    m_resolution->setRange(72, 1200);
    m_resolution->setValue(300);
    m_resolution->setSuffix(tr(" dots per inch"));
    m_hint->setWordWrap(true);

    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Save | QDialogButtonBox::Cancel, this);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* layout = new QFormLayout(this);
    layout->addRow(tr("&What"), m_view);
    layout->addRow(tr("&Format"), m_format);
    layout->addRow(tr("&Numbers"), m_numbers);
    layout->addRow(tr("&Resolution"), m_resolution);
    layout->addRow(QString(), m_transparent);
    layout->addRow(m_hint);
    layout->addRow(buttons);

    connect(m_view, &QComboBox::currentIndexChanged, this, &ExportDialog::showFormats);
    connect(m_format, &QComboBox::currentIndexChanged, this, &ExportDialog::showOptions);
    showFormats();
}

void ExportDialog::showFormats()
{
    m_format->clear();
    if (m_view->currentIndex() < 0)
        return;
    for (const auto& format : formatsOf(m_views[m_view->currentIndex()]))
        m_format->addItem(format.title);
}

void ExportDialog::showOptions()
{
    if (m_format->currentIndex() < 0)
        return;
    const Format& format = formatsOf(m_views[m_view->currentIndex()])[m_format->currentIndex()];
    const auto* picture = std::get_if<PictureFormat>(&format.format);
    m_numbers->setEnabled(format.asShown);
    m_resolution->setEnabled(picture && *picture == PictureFormat::Png);
    m_transparent->setEnabled(picture && *picture != PictureFormat::Pdf);
    if (picture)
        m_hint->setText(tr("In light colours on white paper, whatever the screen shows."));
    else
        m_hint->setText(format.asShown ? QString() : tr("All digits, whatever the screen shows."));
}

ExportChoice ExportDialog::choice() const
{
    const Format& format = formatsOf(m_views[m_view->currentIndex()])[m_format->currentIndex()];
    return {.view = m_view->currentIndex(),
        .format = format.format,
        .suffix = format.suffix,
        .allDigits = m_numbers->currentIndex() == 1,
        .dotsPerInch = m_resolution->value(),
        .transparent = m_transparent->isChecked() && m_transparent->isEnabled()};
}

} // namespace formulens
